import Bookings
import Core
import Store

/// `bookend links spends` and `reopen`: what has become of a single-use link.
extension LinkCommands {
  private static let spendsAtOnce = 200

  /// Every use, and every release with its reason and who did it; the latest first.
  func spends() throws -> ExitCode {
    try Installation.with(configuration) { installation in
      let link = try found(installation)
      var spends: [Spend] = []
      while true {
        let more = try installation.store.spends(
          of: link.id, before: spends.last?.number, limit: Self.spendsAtOnce)
        spends += more
        if more.count < Self.spendsAtOnce { break }
      }
      show(spends)
      return .success
    }
  }

  private func show(_ spends: [Spend]) {
    if command.flags.contains("--json") {
      Output.json { writer in
        writer.object {
          $0.array("data", spends) { $1.write(to: &$0) }
          $0.field("nextCursor", String?.none)
        }
      }
    } else if spends.isEmpty {
      Output.line("never used")
    } else {
      Output.table(
        [["BOOKING", "CLAIMED", "RELEASED", "WHY", "BY"]]
          + spends.map { spend in
            let release = spend.release
            return [
              spend.booking.text, spend.claimedAt.rfc3339, release?.at.rfc3339 ?? "",
              release?.reason ?? "", release.map { $0.keyName ?? $0.by } ?? "",
            ]
          })
    }
  }

  /// Takes bookings under a spent link again. The booking that has spent it stays as it is.
  func reopen() throws -> ExitCode {
    try Installation.with(configuration) { installation in
      let link = try found(installation)
      let wish = Reopening(
        link: link.id, organization: link.organization, host: nil, by: "commandLine", revision: nil)
      let reopened: Link
      do {
        reopened = try installation.store.reopenLink(wish, request: nil) { _ in [] }.link
      } catch LinkError.notSpent(let state) {
        throw CommandRefusal("\(link.id) is \(state.rawValue): only a spent link can be reopened")
      }
      if command.flags.contains("--json") { return showJSON(reopened) }
      Output.line("\(reopened.state.rawValue): \(url(of: reopened))")
      return .success
    }
  }
}
