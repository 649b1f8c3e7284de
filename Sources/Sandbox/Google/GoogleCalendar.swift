import Core

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
