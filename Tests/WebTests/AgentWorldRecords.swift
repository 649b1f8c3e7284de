import Bookings
import Core
import Intake
import Queue
import Synchronization

@testable import Web

/// The front's records in memory. Filters beyond the tenant's are the store's own tests' business: here it
/// is kept what was asked for.
final class AgentWorldRecords: WebRecords, NoOperators {
  struct Unreachable: Error {}

  struct State {
    var isBroken = false
    var publicURL = "https://book.example"
    var keys: [[UInt8]: APIKey] = [:]
    var hosts: [HostRecord] = []
    var connections: [Connection] = []
    var calendars: [Calendar] = []
    var links: [Link] = []
    var operations: [LinkOperation] = []
    var linkAnswers: [String: (digest: [UInt8], link: LinkID, body: [UInt8])] = [:]
    var bookings: [Booking] = []
    var history: [BookingID: [BookingHistoryEntry]] = [:]
    var spends: [LinkID: [Spend]] = [:]
    var reopenings: [Reopening] = []
    var jobs: [JobRecord] = []
    var attempts: [JobID: [AttemptRecord]] = [:]
    var refusal: JobActionRefusal?
    var acted: [(action: JobAction, job: JobID)] = []
    var kept: [String: (digest: [UInt8], answer: KeptAnswer)] = [:]
    var linkQuery: LinkQuery?
    var bookingQuery: BookingQuery?
    var jobQuery: JobQuery?
    var answers: [BookingID: [GuestAnswer]] = [:]
    var linkMails: [LinkMailRequest] = []
    var linkMailLimit = 10
    var watches: [Connection.Provider: [Watch]] = [:]
    /// How often a watch was looked for.
    var looks = 0
    var heard: [ProviderCall] = []
    /// In how many batches.
    var hearings = 0
    var findings: [Finding] = []
    var findingQuery: FindingQuery?
    var repairs: [RepairWish] = []
    var repairRefusal: RepairRefusal?
    var compared: [CalendarID?] = []

    /// Gives a host one account with a calendar to write to, `cal_<name>_main`, and one that can only be
    /// read, `cal_<name>_holidays`.
    mutating func connect(
      _ host: HostRecord, _ provider: Connection.Provider = .local,
      state: Connection.State = .connected
    ) {
      let name = host.name.lowercased() + (provider == .local ? "" : "_\(provider.rawValue)")
      let id = ConnectionID("con_\(name)")
      connections.append(
        Connection(
          id: id, organization: host.organization, host: host.id, provider: provider, name: "Local",
          url: "", username: "", state: state, createdAt: AgentWorld.now))
      for (calendar, isWritable) in [("holidays", false), ("main", true)] {
        calendars.append(
          Calendar(
            id: CalendarID("cal_\(name)_\(calendar)"), connection: id, remoteID: calendar,
            name: calendar, timeZone: host.timeZone, isWritable: isWritable))
      }
    }
  }

  private let state = Mutex(State())

  func change(_ body: @Sendable (inout State) -> Void) { state.withLock { body(&$0) } }

  func read<Value: Sendable>(_ body: @Sendable (inout State) -> Value) throws -> Value {
    let value = state.withLock { $0.isBroken ? nil : body(&$0) }
    guard let value else { throw Unreachable() }
    return value
  }

  func watch(_ id: WatchID, at provider: Connection.Provider) throws -> Watch? {
    try read { state in
      state.looks += 1
      return state.watches[provider]?.first { $0.id == id }
    }
  }

  func hear(_ calls: [ProviderCall]) throws {
    try read { state in
      state.heard += calls
      state.hearings += 1
    }
  }

  func apiKey(hash: [UInt8]) throws -> APIKey? { try read { $0.keys[hash] } }

  func answers(of booking: BookingID) throws -> [GuestAnswer] {
    try read { $0.answers[booking] ?? [] }
  }

  func mailLink(_ request: LinkMailRequest) throws -> MailedLink? {
    try read { state in
      let same = state.linkMails.firstIndex {
        ($0.link, $0.email, $0.day) == (request.link, request.email, request.day)
      }
      if let same { return MailedLink(job: JobID(number: Int64(same + 1)), isRepeat: true) }
      if state.linkMails.count == state.linkMailLimit { return nil }
      state.linkMails.append(request)
      return MailedLink(job: JobID(number: Int64(state.linkMails.count)), isRepeat: false)
    }
  }

  func hosts(of organization: OrganizationID, host: HostID?) throws -> [HostRecord] {
    try read {
      $0.hosts.filter { $0.organization == organization && (host == nil || $0.id == host) }
    }
  }

  func connections(of organization: OrganizationID, host: HostID?) throws -> [Connection] {
    try read {
      $0.connections.filter {
        $0.organization == organization && (host == nil || $0.host == host)
      }
    }
  }

  func calendars(of connection: ConnectionID) throws -> [Calendar] {
    try read { $0.calendars.filter { $0.connection == connection } }
  }

  func calendar(_ id: CalendarID) throws -> Calendar? {
    try read { $0.calendars.first { $0.id == id } }
  }

  func link(_ id: LinkID) throws -> Link? { try read { $0.links.first { $0.id == id } } }

  func link(slug: String) throws -> Link? {
    try read { $0.links.first { $0.slug == slug && $0.state != .deleted } }
  }

  func links(_ query: LinkQuery) throws -> [Link] {
    try read { state in
      state.linkQuery = query
      return Array(
        state.links.filter { link in
          link.organization == query.organization && link.state != .deleted
            && (query.host == nil || link.host.id == query.host)
            && query.before.map { link.id < $0 } ?? true
        }.sorted { $0.id > $1.id }.prefix(query.limit))
    }
  }

  func linkAnswer(
    to request: IdempotentRequest, of organization: OrganizationID
  ) throws -> (link: LinkID, body: [UInt8])? {
    let earlier = try read { $0.linkAnswers["\(organization) \(request.key)"] }
    guard let earlier else { return nil }
    if earlier.digest != request.digest { throw WebRecordsError.requestDiffers }
    return (earlier.link, earlier.body)
  }

  func keepLink(
    _ link: Link, replacing revision: Int?, as operation: LinkOperation,
    request: IdempotentRequest?, answer: [UInt8]
  ) throws -> (link: LinkID, body: [UInt8])? {
    if let request, let earlier = try linkAnswer(to: request, of: link.organization) {
      return earlier
    }
    let refusal: WebRecordsError? = try read { state in
      if state.links.contains(where: { $0.slug == link.slug && $0.id != link.id }) {
        return .slugTaken
      }
      if let revision {
        let index = state.links.firstIndex {
          $0.id == link.id && $0.revision == revision && $0.state != .deleted
        }
        guard let index else { return .linkChanged }
        state.links[index] = link
      } else {
        state.links.append(link)
      }
      state.operations.append(operation)
      if let request {
        state.linkAnswers["\(link.organization) \(request.key)"] = (
          request.digest, link.id, answer
        )
      }
      return nil
    }
    if let refusal { throw refusal }
    return nil
  }

  func spends(of link: LinkID, before: Int64?, limit: Int) throws -> [Spend] {
    try read { state in
      Array(
        (state.spends[link] ?? []).filter { spend in before.map { spend.number < $0 } ?? true }
          .sorted { $0.number > $1.number }.prefix(limit))
    }
  }

  func reopen(
    _ wish: Reopening, request: IdempotentRequest?,
    render: @escaping @Sendable (Link) -> [UInt8]
  ) throws -> (link: Link, answer: [UInt8]) {
    let found: Result<Link, WebRecordsError> = try read { state in
      state.reopenings.append(wish)
      guard let index = state.links.firstIndex(where: { $0.id == wish.link }) else {
        return .failure(.notFound)
      }
      if let revision = wish.revision, state.links[index].revision != revision {
        return .failure(.linkChanged)
      }
      guard state.links[index].state == .spent else {
        return .failure(.notSpent(state.links[index].state))
      }
      state.links[index].state = .active
      state.links[index].revision += 1
      return .success(state.links[index])
    }
    let link = try found.get()
    return (link, render(link))
  }

  func booking(_ id: BookingID) throws -> Booking? {
    try read { $0.bookings.first { $0.id == id } }
  }

  func bookings(_ query: BookingQuery) throws -> [Booking] {
    try read { state in
      state.bookingQuery = query
      return Array(
        state.bookings.filter { booking in
          booking.organization == query.organization && query.before.map { booking.id < $0 } ?? true
        }.sorted { $0.id > $1.id }.prefix(query.limit))
    }
  }

  func bookingWithHistory(
    _ id: BookingID
  ) throws -> (booking: Booking, history: [BookingHistoryEntry])? {
    try booking(id).map { booking in try (booking, read { $0.history[id] ?? [] }) }
  }

  func job(_ id: JobID, of organization: String?) throws -> JobRecord? {
    try read {
      $0.jobs.first { $0.id == id && (organization == nil || $0.organization == organization) }
    }
  }

  func jobs(_ query: JobQuery) throws -> [JobRecord] {
    try read { state in
      state.jobQuery = query
      return Array(
        state.jobs.filter { job in
          job.organization == query.organization && query.before.map { job.id < $0 } ?? true
        }.sorted { $0.id > $1.id }.prefix(query.limit))
    }
  }

  func attempts(of job: JobID) throws -> [AttemptRecord] { try read { $0.attempts[job] ?? [] } }

  func operatorAnswer(to request: IdempotentRequest) throws -> KeptAnswer? {
    guard let kept = try read({ $0.kept["\(request.scope) \(request.key)"] }) else { return nil }
    if kept.digest != request.digest { throw IntakeError.idempotencyMismatch }
    return kept.answer
  }

  func keep(_ answer: KeptAnswer, to request: IdempotentRequest) throws -> KeptAnswer {
    try read { $0.kept["\(request.scope) \(request.key)"] = (request.digest, answer) }
    return answer
  }

  func act(_ action: JobAction, on id: JobID) throws -> Int64 {
    let (refusal, number) = try read { state in
      state.acted.append((action, id))
      return (state.refusal, Int64(state.acted.count))
    }
    if let refusal { throw refusal }
    return number
  }
}
