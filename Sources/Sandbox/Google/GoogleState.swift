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

/// What an account may do with a calendar, least first.
enum GoogleRole: String, CaseIterable, Sendable, Comparable {
  case freeBusyReader, reader, writer, owner

  static func < (a: GoogleRole, b: GoogleRole) -> Bool {
    (allCases.firstIndex(of: a) ?? 0) < (allCases.firstIndex(of: b) ?? 0)
  }
}

struct GoogleCalendar: Sendable {
  let number: Int
  let id: String
  var summary: String
  var timeZone: String
  let owner: String
  /// Whose main calendar it is.
  let primaryOf: String?
  var access: [String: GoogleRole]
  var isDeleted = false
  var conferenceTypes = ["hangoutsMeet"]
  /// In the order in which they were made; deleted ones stay, for their ids stay taken.
  private(set) var events: [GoogleEvent] = []
  private var positions: [String: Int] = [:]
  /// Rises with every change of an event; what a sync token remembers.
  private(set) var changes = 0
  var updated: Timestamp

  init(
    number: Int, id: String, summary: String, timeZone: String, owner: String, primaryOf: String?,
    access: [String: GoogleRole], now: Timestamp
  ) {
    self.number = number
    self.id = id
    self.summary = summary
    self.timeZone = timeZone
    self.owner = owner
    self.primaryOf = primaryOf
    self.access = access
    updated = now
  }

  var etag: String { "\"p\(number)\(changes)0\"" }

  func event(_ id: String) -> GoogleEvent? { positions[id].map { events[$0] } }

  /// Puts the event in, or in the place of the one with its id, as a change made at `now`.
  mutating func put(_ event: GoogleEvent, at now: Timestamp) {
    changes += 1
    updated = now
    var event = event
    event.change = changes
    event.version += 1
    event.updated = now
    if let position = positions[event.id] {
      events[position] = event
    } else {
      positions[event.id] = events.count
      events.append(event)
    }
  }
}
