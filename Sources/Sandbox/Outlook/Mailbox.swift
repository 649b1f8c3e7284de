import Core

struct Mailbox: Sendable {
  let number: Int
  let email: String
  let userID: String
  let name: String
  /// IANA or Windows, as it was seeded.
  let timeZone: String
  /// A Microsoft account of a person rather than of an organization: no Teams, no getSchedule.
  let isPersonal: Bool
  var calendars: [GraphCalendar] = []
  private(set) var events: [GraphEvent] = []
  private var positions: [Int: Int] = [:]
  /// Event numbers by the transaction that made them.
  var transactions: [String: Int] = [:]
  private(set) var changes = 0

  init(
    number: Int, email: String, userID: String, name: String, timeZone: String, isPersonal: Bool
  ) {
    self.number = number
    self.email = email
    self.userID = userID
    self.name = name
    self.timeZone = timeZone
    self.isPersonal = isPersonal
  }

  var defaultCalendar: GraphCalendar? { calendars.first { $0.isDefault && !$0.isDeleted } }

  func calendar(_ id: String) -> GraphCalendar? { calendars.first { $0.id == id && !$0.isDeleted } }

  func event(number: Int) -> GraphEvent? { positions[number].map { events[$0] } }

  /// By either id, where it stands in a calendar that is still there.
  func event(_ id: String) -> GraphEvent? {
    events.last { ($0.mutableID == id || $0.immutableID == id) && isThere($0) }
  }

  func isThere(_ event: GraphEvent) -> Bool { !event.isDeleted && calendar(event.calendar) != nil }

  mutating func put(_ event: GraphEvent, at now: Timestamp) {
    changes += 1
    var event = event
    event.change = changes
    event.version += 1
    event.updated = now
    if let position = positions[event.number] {
      events[position] = event
    } else {
      positions[event.number] = events.count
      events.append(event)
    }
  }
}
