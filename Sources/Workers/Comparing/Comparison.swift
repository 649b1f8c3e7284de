import Bookings
import Calendars
import Core
import Queue

/// What a calendar should hold beside what it does hold. The list of marked events is a hint: whatever looks
/// different in it is read again by the event's own key before it is called a difference.
struct Comparison {
  /// Confirmed bookings that have not begun.
  let expected: [ComparedBooking]
  let events: [MarkedEvent]
  let calendar: CalendarID
  /// Reads an event by its key; nil where it is gone. Calls the provider.
  let read: (EventKey) throws(JobError) -> StoredEvent?
  /// All bookings, for keys that are none of those expected.
  let all: () throws(JobError) -> [ComparedBooking]

  private var differences: [Difference] = []
  private var isWhole = true
  private var readings = 0

  /// As many events are read one by one in one comparison: a calendar that has lost more has lost itself, and the
  /// next comparison goes on.
  static let mostReadings = 300

  init(
    expected: [ComparedBooking], events: [MarkedEvent], calendar: CalendarID,
    read: @escaping (EventKey) throws(JobError) -> StoredEvent?,
    all: @escaping () throws(JobError) -> [ComparedBooking]
  ) {
    self.expected = expected
    self.events = events
    self.calendar = calendar
    self.read = read
    self.all = all
  }

  static func run(_ comparison: consuming Comparison) throws(JobError) -> ComparedCalendar {
    try comparison.compare()
    return ComparedCalendar(
      calendar: comparison.calendar, differences: comparison.differences,
      isWhole: comparison.isWhole)
  }

  private mutating func compare() throws(JobError) {
    let byKey = Dictionary(grouping: events, by: \.key)
    for booking in expected { try compare(booking, byKey[booking.key.text] ?? []) }
    let known = Set(expected.map(\.key.text))
    try lookInto(events.filter { !known.contains($0.key) })
  }

  // MARK: - Bookings and their events

  private mutating func compare(
    _ booking: ComparedBooking, _ marked: [MarkedEvent]
  ) throws(JobError) {
    if marked.count == 1, marked[0].interval == booking.time { return }
    guard let event = try reading(booking.key) else { return }
    switch event {
    case nil:
      differences.append(
        Difference(
          kind: .missing, booking: booking.id, revision: booking.revision, key: booking.key.text,
          agreed: booking.time))
    case let event?:
      if event.interval != booking.time {
        differences.append(
          Difference(
            kind: .moved, booking: booking.id, revision: booking.revision, key: booking.key.text,
            remoteID: event.reference.remoteID, agreed: booking.time, found: event.interval))
      }
    }
    for copy in marked where copy.remoteID != event?.reference.remoteID {
      add(copy, booking, isCopy: true)
    }
  }

  // MARK: - Events and their bookings

  private mutating func lookInto(_ strangers: [MarkedEvent]) throws(JobError) {
    if strangers.isEmpty { return }
    var owners: [String: (booking: ComparedBooking, isCurrent: Bool)] = [:]
    for booking in try all() {
      for generation in 0...booking.generation {
        let key = EventKey(booking: booking.id, generation: generation)
        owners[key.text] = (booking, generation == booking.generation)
      }
    }
    for event in strangers {
      guard let owner = owners[event.key] else {
        try addStranger(event, nil)
        continue
      }
      let isHere = owner.booking.calendar == calendar
      // One that has its event by right: it has begun, or is new, or in hand.
      if isHere, owner.isCurrent, owner.booking.state.keepsTime { continue }
      if isHere {
        try addStranger(event, owner.booking)
      } else {
        add(event, owner.booking, isCopy: true)
      }
    }
  }

  /// An event that stands for nothing. Ours lies where its key says; any other was copied.
  private mutating func addStranger(
    _ event: MarkedEvent, _ booking: ComparedBooking?
  ) throws(JobError) {
    guard let key = EventKey(text: event.key) else { return }
    guard let own = try reading(key) else { return }
    add(event, booking, isCopy: own?.reference.remoteID != event.remoteID)
  }

  private mutating func add(_ event: MarkedEvent, _ booking: ComparedBooking?, isCopy: Bool) {
    differences.append(
      Difference(
        kind: .extra, booking: booking?.id, revision: booking?.revision, key: event.key,
        remoteID: event.remoteID, isCopy: isCopy, found: event.interval))
  }

  /// Nil where as many have been read as may be; a cancelled event is none.
  private mutating func reading(_ key: EventKey) throws(JobError) -> StoredEvent?? {
    if readings == Self.mostReadings {
      isWhole = false
      return nil
    }
    readings += 1
    let event = try read(key)
    return .some(event.flatMap { $0.isCancelled ? nil : $0 })
  }
}

extension ComparedBooking {
  var key: EventKey { EventKey(booking: id, generation: generation) }
}
