import Bookings
import Calendars
import Core
import Intake
import Queue
import Store
import Web
import Workers

// Where ports meet what stands behind them. Nothing is decided here.

extension Store: WebRecords {
  package func queueStandings() throws -> [QueueStanding] {
    try queueStandings(Installation.kinds)
  }

  package func isAlone(_ organization: OrganizationID) throws -> Bool {
    try organizations().allSatisfy { $0.id == organization }
  }

  package func linkAnswer(
    to request: IdempotentRequest, of organization: OrganizationID
  ) throws -> (link: LinkID, body: [UInt8])? {
    try translating {
      let earlier: LinkAnswer? = try linkAnswer(to: request, of: organization)
      return earlier.map { ($0.link, $0.body) }
    }
  }

  package func keepLink(
    _ link: Link, replacing revision: Int?, as operation: LinkOperation,
    request: IdempotentRequest?, answer: [UInt8]
  ) throws -> (link: LinkID, body: [UInt8])? {
    try translating {
      try keep(link, replacing: revision, as: operation, request: request, answer: answer)
        .map { ($0.link, $0.body) }
    }
  }

  private func translating<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as LinkError {
      throw WebRecordsError(error)
    }
  }

  package func reopen(
    _ wish: Reopening, request: IdempotentRequest?,
    render: @escaping @Sendable (Link) -> [UInt8]
  ) throws -> (link: Link, answer: [UInt8]) {
    try translating { try reopenLink(wish, request: request, render: render) }
  }
}

extension WebRecordsError {
  fileprivate init(_ error: LinkError) {
    switch error {
    case .slugTaken: self = .slugTaken
    case .requestDiffers: self = .requestDiffers
    case .notFound: self = .notFound
    case .changed: self = .linkChanged
    case .notSpent(let state): self = .notSpent(state)
    }
  }
}

extension Store: RateLimitRecords {}

extension Store: FollowRecords {}

extension Store: BookingCases {
  package func bookingCase(_ id: BookingID) throws -> BookingCase? {
    try bookingParts(id).map {
      BookingCase(
        booking: $0.booking, link: $0.link, destination: $0.destination, conflicts: $0.conflicts)
    }
  }
}

/// The built-in calendars' events, in the store's words.
struct StoredLocalEvents: LocalEvents {
  let store: Store

  func calendars(of connection: ConnectionID) throws(ProviderError) -> [RemoteCalendar] {
    try reading { try store.calendars(of: connection) }.map {
      RemoteCalendar(
        remoteID: $0.remoteID, name: $0.name, timeZone: $0.timeZone, isWritable: $0.isWritable)
    }
  }

  func insertIfAbsent(_ event: LocalEvent) throws(ProviderError) -> LocalEvent? {
    try writing { try store.insertLocalEvent(LocalEventRow(event)) }.map { LocalEvent($0) }
  }

  func event(_ key: String, in calendar: CalendarID) throws(ProviderError) -> LocalEvent? {
    try reading { try store.localEvent(key, in: calendar) }.map { LocalEvent($0) }
  }

  func update(
    _ key: String, in calendar: CalendarID, to interval: Interval, sequence: Int,
    expectedSequence: Int
  ) throws(ProviderError) -> Bool {
    try writing {
      try store.updateLocalEvent(
        key, in: calendar, to: interval, sequence: sequence, expectedSequence: expectedSequence)
    }
  }

  func remove(_ key: String, in calendar: CalendarID) throws(ProviderError) {
    try writing { try store.removeLocalEvent(key, in: calendar) }
  }

  func busy(
    in calendar: CalendarID, during window: Interval
  ) throws(ProviderError) -> [BusyInterval] {
    try reading { try store.localBusy(in: calendar, during: window) }
  }

  private func reading<Value>(_ body: () throws -> Value) throws(ProviderError) -> Value {
    do { return try body() } catch {
      throw ProviderError(.transient, "the database could not be read: \(error)")
    }
  }

  /// The writer answers after the commit: an error means that nothing was written.
  private func writing<Value>(_ body: () throws -> Value) throws(ProviderError) -> Value {
    do { return try body() } catch {
      throw ProviderError(.transient, "the database could not be written: \(error)")
    }
  }
}

extension LocalEventRow {
  fileprivate init(_ event: LocalEvent) {
    self.init(
      calendar: event.calendar, key: event.key, uid: event.uid, booking: event.booking,
      sequence: event.sequence, interval: event.interval, summary: event.summary)
  }
}

extension LocalEvent {
  fileprivate init(_ row: LocalEventRow) {
    self.init(
      calendar: row.calendar, key: row.key, uid: row.uid, booking: row.booking,
      sequence: row.sequence, interval: row.interval, summary: row.summary)
  }
}
