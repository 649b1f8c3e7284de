import Core

/// What Google knows: people, calendars shared among them, and who watches what.
struct GoogleState: Sendable {
  struct Account: Sendable {
    let number: Int
    let email: String
    let name: String
    let timeZone: String
  }

  /// By mail address in lower case.
  var accounts: [String: Account] = [:]
  var calendars: [String: GoogleCalendar] = [:]
  var channels: [String: GoogleChannel] = [:]
  /// What page and sync tokens stand for; one that is not here has expired.
  var cursors: [String: GoogleCursor] = [:]
  /// When an account's calls of the last minute came, where they are counted.
  var recentCalls: [String: [Timestamp]] = [:]
  /// Conferences that are asked for and not there yet.
  var pendingConferences: [(calendar: String, event: String)] = []

  /// The calendar of an id as `account` writes it, if the account may see as much of it as `role` says.
  func calendar(
    _ id: String, for account: String, as role: GoogleRole
  ) throws(Refusal) -> GoogleCalendar {
    let key = id == "primary" ? account : id
    guard let calendar = calendars[key], !calendar.isDeleted, let own = calendar.access[account]
    else { throw .googleNotFound }
    guard own >= role else {
      throw .google(
        403, "requiredAccessLevel",
        "You need to have \(role.rawValue) access to this calendar.", domain: "calendar")
    }
    return calendar
  }

  /// Those that an account sees, its own first.
  func calendars(of account: String) -> [GoogleCalendar] {
    calendars.values.filter { !$0.isDeleted && $0.access[account] != nil }
      .sorted {
        ($0.primaryOf != account ? 1 : 0, $0.number) < ($1.primaryOf != account ? 1 : 0, $1.number)
      }
  }
}
