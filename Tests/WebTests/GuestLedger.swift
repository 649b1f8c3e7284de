import Bookings
import Core
import Intake
import Queue
import Synchronization
import Web

/// Everything that the guest's routes need kept, in memory, with transactions that leave nothing
/// behind when they throw.
final class GuestLedger: Ledger, WebRecords, NoOperators, BusyTimes {
  struct State {
    var hosts: [HostRecord] = []
    var links: [LinkID: Link] = [:]
    var formerSlugs: [String: LinkID] = [:]
    var formerSettings: [LinkSettings] = []
    var bookings: [BookingID: Booking] = [:]
    var history: [BookingID: [BookingHistoryEntry]] = [:]
    var spends: [LinkID: BookingID] = [:]
    var answers: [String: RecordedAnswer] = [:]
    var jobs: [JobState] = []
    var busy: [BusyInterval] = []
    var isUnreadable = false
    /// Since when an earlier reading stands in.
    var standsInSince: Timestamp?
    var isBroken = false
    var writes = 0
    var mailedAddresses: Set<String> = []
  }

  struct Broken: Error {}

  let state = Mutex(State())
  let time: any TimeSource
  let changes: ChangeFeed

  init(time: any TimeSource, changes: ChangeFeed) {
    self.time = time
    self.changes = changes
  }

  func aside(_ body: @escaping @Sendable () -> Void) { body() }

  func transact<Value: Sendable>(
    _ body: @escaping @Sendable (any LedgerTransaction) throws -> Value,
    completion: @escaping @Sendable (Result<Value, any Error>) -> Void
  ) {
    let now = time.now()
    completion(
      state.withLock { state in
        Result {
          if state.isBroken { throw Broken() }
          let transaction = GuestTransaction(state: state, now: now)
          let value = try body(transaction)
          state = transaction.state
          state.writes += 1
          return value
        }
      })
  }

  /// What a worker would have found out.
  func settle(
    _ id: BookingID, _ change: BookingChange, reason: String? = nil, to newTime: Interval? = nil
  ) {
    let job: JobID? = state.withLock { state in
      guard var booking = state.bookings[id], let next = booking.state.after(change) else {
        return nil
      }
      booking.state = next
      if change == .moved, let moved = booking.requestedTime { booking.time = moved }
      if let newTime { booking.time = newTime }
      if next != .rescheduling { booking.requestedTime = nil }
      booking.reason = reason
      state.put(booking, change, at: time.now())
      state.jobs[state.jobs.count - 1] = .completed
      return JobID(number: Int64(state.jobs.count))
    }
    if let job { changes.tell(.job(job)) }
    changes.tell(.booking(id))
  }

  /// The calendar's video meeting has its address.
  func learn(_ conferenceURL: String, of id: BookingID) {
    state.withLock { $0.bookings[id]?.conferenceURL = conferenceURL }
    changes.tell(.booking(id))
  }

  // MARK: Reads

  func link(slug: String) throws -> Link? {
    try state.withLock { state in
      if state.isBroken { throw Broken() }
      return state.links.values.first {
        ($0.slug == slug || state.formerSlugs[slug] == $0.id) && $0.state != .deleted
      }
    }
  }
  func link(_ id: LinkID) throws -> Link? { state.withLock { $0.links[id] } }
  func booking(_ id: BookingID) throws -> Booking? { state.withLock { $0.bookings[id] } }
  func answer(to request: IdempotentRequest) throws -> RecordedAnswer? {
    state.withLock { $0.answers["\(request.scope) \(request.key)"] }
  }
  func bookingToFind(under link: Link, of email: String, now: Timestamp) throws -> BookingID? {
    state.withLock { state in
      state.bookings.values.first { $0.link == link.id && $0.details.guest.email == email }?.id
    }
  }
  func bookingWithHistory(
    _ id: BookingID
  ) throws -> (booking: Booking, history: [BookingHistoryEntry])? {
    try booking(id).map { booking in (booking, state.withLock { $0.history[id] ?? [] }) }
  }
  func claims(
    on calendars: [CalendarID], during interval: Interval, excluding booking: BookingID?
  ) throws -> [Interval] {
    state.withLock { $0.claims(excluding: booking).filter { $0.overlaps(interval) } }
  }
  func bookedStarts(
    of link: LinkID, in period: Interval, excluding booking: BookingID?
  ) throws -> [BookedStart] {
    state.withLock { $0.bookedStarts(of: link, in: period, excluding: booking) }
  }
  func formerSettings(of link: LinkID, replacedAfter since: Timestamp) throws -> [LinkSettings] {
    state.withLock { $0.formerSettings }
  }
  func job(_ id: JobID, of organization: String?) throws -> JobRecord? {
    state.withLock { state in
      guard Int(id.number) <= state.jobs.count else { return nil }
      return JobRecord(
        id: id, kind: .booking, organization: nil, queue: "default", priority: 0,
        state: state.jobs[Int(id.number) - 1], payload: "{}", sequence: nil,
        runAt: time.now(), deadline: nil, attempt: 0, maxAttempts: 1, fence: 0, reason: nil,
        error: nil, enqueuedAt: time.now(), startedAt: nil, finishedAt: nil)
    }
  }
  func read(
    _ calendars: [CalendarID], during interval: Interval, excluding booking: BookingID?,
    maximumAge: Duration?, completion: @escaping @Sendable (BusyReading) -> Void
  ) {
    let (busy, isUnreadable, since) = state.withLock {
      ($0.busy, $0.isUnreadable, $0.standsInSince)
    }
    completion(
      BusyReading(
        busy: isUnreadable ? [:] : Dictionary(uniqueKeysWithValues: calendars.map { ($0, busy) }),
        unreadable: isUnreadable ? Set(calendars) : [], asOf: since ?? time.now(),
        standsIn: since != nil))
  }

  // MARK: What guests never ask

  func apiKey(hash: [UInt8]) throws -> APIKey? { nil }
  func hosts(of organization: OrganizationID, host: HostID?) throws -> [HostRecord] {
    state.withLock {
      $0.hosts.filter { $0.organization == organization && (host == nil || $0.id == host) }
    }
  }
  func connections(of organization: OrganizationID, host: HostID?) throws -> [Connection] { [] }
  func calendars(of connection: ConnectionID) throws -> [Calendar] { [] }
  func calendar(_ id: CalendarID) throws -> Calendar? { nil }
  func links(_ query: LinkQuery) throws -> [Link] { [] }
  func linkAnswer(
    to request: IdempotentRequest, of organization: OrganizationID
  ) throws -> (link: LinkID, body: [UInt8])? { nil }
  func keepLink(
    _ link: Link, replacing revision: Int?, as operation: LinkOperation,
    request: IdempotentRequest?, answer: [UInt8]
  ) throws -> (link: LinkID, body: [UInt8])? { nil }
  func bookings(_ query: BookingQuery) throws -> [Booking] { [] }
  func spends(of link: LinkID, before: Int64?, limit: Int) throws -> [Spend] { [] }
  func reopen(
    _ wish: Reopening, request: IdempotentRequest?,
    render: @escaping @Sendable (Link) -> [UInt8]
  ) throws -> (link: Link, answer: [UInt8]) { throw WebRecordsError.notFound }
  func answers(of booking: BookingID) throws -> [GuestAnswer] { [] }
  func mailLink(_ request: LinkMailRequest) throws -> MailedLink? { nil }
}

extension GuestLedger.State {
  func claims(excluding id: BookingID?) -> [Interval] {
    bookings.values.filter { $0.state.keepsTime && $0.id != id }.flatMap { booking in
      [booking.time, booking.requestedTime].compactMap { $0 }.map { booking.details.kept($0) }
    }
  }

  func bookedStarts(
    of link: LinkID, in period: Interval, excluding id: BookingID?
  ) -> [BookedStart] {
    bookings.values.filter { $0.link == link && $0.state.keepsTime && $0.id != id }
      .flatMap { booking in
        [booking.time, booking.requestedTime].compactMap { $0 }
          .filter { period.contains($0.start) }
          .map { BookedStart(booking: booking.id, start: $0.start) }
      }
  }

  mutating func put(_ booking: Booking, _ change: BookingChange, at now: Timestamp) {
    bookings[booking.id] = booking
    history[booking.id, default: []].append(
      BookingHistoryEntry(
        at: now, change: change, state: booking.state, time: booking.time, reason: booking.reason))
  }
}

/// A copy of the state, which becomes the state when the body has not thrown.
final class GuestTransaction: LedgerTransaction {
  var state: GuestLedger.State
  let now: Timestamp

  init(state: GuestLedger.State, now: Timestamp) {
    self.state = state
    self.now = now
  }

  func answer(to request: IdempotentRequest) throws -> RecordedAnswer? {
    state.answers["\(request.scope) \(request.key)"]
  }
  func record(_ answer: RecordedAnswer, to request: IdempotentRequest) throws {
    state.answers["\(request.scope) \(request.key)"] = answer
  }
  func standing(of link: LinkID) throws -> LinkStanding? {
    state.links[link].map { LinkStanding(state: $0.state, revision: $0.revision) }
  }
  func spend(_ link: LinkID, for booking: BookingID) throws -> Bool {
    guard state.spends[link] == nil else { return false }
    state.spends[link] = booking
    state.links[link]?.state = .spent
    return true
  }
  func bookings(
    of link: LinkID, startingIn period: Interval, excluding booking: BookingID?
  ) throws -> Int {
    Set(state.bookedStarts(of: link, in: period, excluding: booking).map(\.booking)).count
  }
  func bookingsAhead(of guestEmail: String, under link: LinkID) throws -> Int {
    state.bookings.values.filter {
      $0.link == link && $0.state.keepsTime && $0.time.end > now
        && $0.details.guest.email.lowercased() == guestEmail.lowercased()
    }.count
  }
  func isClaimed(
    _ interval: Interval, on calendars: [CalendarID], excluding booking: BookingID?
  ) throws -> Bool {
    state.claims(excluding: booking).contains { $0.overlaps(interval) }
  }
  func booking(_ id: BookingID) throws -> Booking? { state.bookings[id] }
  func insert(_ booking: Booking) throws { state.put(booking, .booked, at: now) }
  func update(_ booking: Booking, after change: BookingChange, by actor: BookingActor) throws {
    state.put(booking, change, at: now)
  }
  func mayMailAddress(to email: String) throws -> Bool {
    state.mailedAddresses.insert(email).inserted
  }
  func lane(of calendar: CalendarID) throws -> LaneID? { nil }
  func enqueue(_ job: NewJob) throws -> Enqueued {
    state.jobs.append(.available)
    return Enqueued(id: JobID(number: Int64(state.jobs.count)), result: .added)
  }
}
