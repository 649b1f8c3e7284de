import Core
import Foundation
import Mail
import Workers

/// `bookend mail receive`: what a mail server pipes each mail to. Its exit code decides what becomes of the mail:
/// every code but 0 and 75 sends it back.
struct MailCommands {
  private let configuration: Configuration
  private let command: ParsedCommand

  init(_ configuration: Configuration, _ command: ParsedCommand) {
    self.configuration = configuration
    self.command = command
  }

  static let exitCodes = CommandLineCommand.Topic(
    title: "What else a mail server is told",
    rows: ExitCode.allCases.filter(\.isOfMail).map { (String($0.rawValue), $0.summary) })

  func receive() throws -> ExitCode {
    let bytes: [UInt8]
    do {
      // One byte more shows that it is too large.
      let data = try FileHandle.standardInput.read(upToCount: IncomingReply.Limit.bytes + 1)
      bytes = [UInt8](data ?? Data())
    } catch {
      throw CommandRefusal(.tryAgain, "the mail could not be read from standard input")
    }
    let zones = ZoneDatabase(directory: configuration.time.zoneinfoDirectory)
    let incoming: IncomingReply
    do throws(IncomingMailError) {
      incoming = try IncomingReply(bytes, zones: zones)
    } catch .noReply(isAutomatic: true) {
      // A bounce of ours, somebody's absence: to answer it would make two programs write to each other.
      return report("ignored")
    } catch {
      throw CommandRefusal(.unreadableMail, error.description)
    }
    return try Installation.with(configuration) { installation in
      let log = Log.discarded
      let parts = try installation.handlerParts(
        address: PublicAddress(configuration.server.publicUrl),
        accounts: try installation.accountDesk(log: log).accounts)
      let replies = ReceivedReplies(parts, records: installation.store)
      do {
        return report(try replies.take(incoming).rawValue)
      } catch let refusal as ReceivedReplies.Refusal {
        let code: ExitCode =
          switch refusal {
          case .unknownEvent: .unknownEvent
          case .notAGuest: .notAGuest
          }
        throw CommandRefusal(code, refusal.description)
      }
    }
  }

  /// Mail servers write down what they read here: a word, and nothing of the mail.
  private func report(_ outcome: String) -> ExitCode {
    if command.flags.contains("--json") {
      Output.json { $0.object { $0.field("outcome", outcome) } }
    } else {
      Output.line(outcome)
    }
    return .success
  }
}
