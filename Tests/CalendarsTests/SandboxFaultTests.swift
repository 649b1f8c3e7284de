import Bookings
import Calendars
import Core
import Dispatch
import Synchronization
import ProviderTestSupport
import Testing

/// What goes wrong between us and Google or Microsoft, and what is left of it afterwards: one event, at the
/// right time, and one mail for each change.
struct SandboxFaultTests {
  static let kinds = [Connection.Provider.google, .outlook]
  let first: Interval
  let second: Interval
  let draft: EventDraft
  let moved: EventDraft

  init() throws {
    first = try interval("2027-01-15T09:00:00Z", "2027-01-15T09:30:00Z")
    second = try interval("2027-01-15T13:00:00Z", "2027-01-15T13:30:00Z")
    draft = .sample(at: first)
    moved = .sample(sequence: 1, at: second)
  }

  // MARK: - Answers that are lost

  /// How an answer fails to come after the work was done.
  static let losses: [(kind: String, more: [(String, JSON)])] = [
    ("cut", [("afterCommit", true)]), ("truncated", []),
    ("serverError", [("status", 500), ("afterCommit", true)]),
    ("serverError", [("status", 502), ("afterCommit", true)]),
    ("serverError", [("status", 504), ("afterCommit", true)]),
  ]

  @Test(
    "S6: after a lost answer to an insert the event is read back, and there is one",
    arguments: kinds, losses.indices)
  func lostInsert(_ kind: Connection.Provider, _ loss: Int) throws {
    let account = try SandboxAccount(kind)
    try lose(loss, "POST", in: account)
    #expect(
      failure { try account.provider.create(draft, in: account.calendar) }?.kind
        == .unknownOutcome)
    let stored = try #require(try account.provider.event(draft.key, in: account.calendar))
    #expect(stored.interval == first)
    #expect(stored.invites("sam@guest.example"))
    // A worker that dies before it has looked writes again instead.
    _ = try account.provider.create(draft, in: account.calendar)
    #expect(try account.liveEvents().count == 1)
    #expect(try account.mails() == ["invitation to sam@guest.example"])
  }

  @Test(
    "a move whose answer is lost is found done", arguments: kinds, losses.indices)
  func lostMove(_ kind: Connection.Provider, _ loss: Int) throws {
    let account = try SandboxAccount(kind)
    _ = try account.provider.create(draft, in: account.calendar)
    try lose(loss, "PATCH", in: account)
    #expect(
      failure { try account.provider.move(moved, in: account.calendar) }?.kind == .unknownOutcome)
    #expect(try account.provider.move(moved, in: account.calendar).wasThere)
    #expect(try account.provider.event(draft.key, in: account.calendar)?.interval == second)
    #expect(try account.mails().count == 2)
    #expect(try account.methods().count { $0 == "PATCH" } == 1)
  }

  @Test("a cancel whose answer is lost is found done", arguments: kinds)
  func lostCancel(_ kind: Connection.Provider) throws {
    let account = try SandboxAccount(kind)
    _ = try account.provider.create(draft, in: account.calendar)
    let method = kind == .google ? "DELETE" : "POST"
    try account.fault("cut", [("method", .string(method)), ("afterCommit", true)])
    #expect(
      failure { try account.provider.remove(draft, in: account.calendar) }?.kind
        == .unknownOutcome)
    try account.provider.remove(draft, in: account.calendar)
    #expect(try account.liveEvents().isEmpty)
    #expect(try account.mails().dropFirst() == ["cancellation to sam@guest.example"])
  }

  @Test("a connection cut before the commit leaves the same doubt and no event", arguments: kinds)
  func cutBefore(_ kind: Connection.Provider) throws {
    let account = try SandboxAccount(kind)
    try account.fault("cut", [("method", "POST")])
    #expect(
      failure { try account.provider.create(draft, in: account.calendar) }?.kind
        == .unknownOutcome)
    #expect(try account.provider.event(draft.key, in: account.calendar) == nil)
    #expect(try account.liveEvents().isEmpty)
    _ = try account.provider.create(draft, in: account.calendar)
    #expect(try account.liveEvents().count == 1)
  }

  @Test("a read that is cut is no more than a read to be made again", arguments: kinds)
  func cutRead(_ kind: Connection.Provider) throws {
    let account = try SandboxAccount(kind)
    // Cut twice: libcurl itself may repeat a read once.
    try account.fault("cut", [("method", "GET"), ("times", 3)])
    #expect(
      failure { try account.provider.event(draft.key, in: account.calendar) }?.kind
        == .transient)
  }

  // MARK: - Keys that are taken

  @Test(
    "Graph answers the repeat of a transaction in three ways",
    arguments: [
      "created", "conflict", "badRequest",
    ])
  func transactions(_ form: String) throws {
    let account = try SandboxAccount(.outlook)
    try account.set(["duplicateTransaction": .string(form)])
    let made = try account.provider.create(draft, in: account.calendar)
    let again = try account.provider.create(draft, in: account.calendar)
    #expect(again.remoteID == made.remoteID)
    #expect(again.uid == made.uid)
    #expect(try account.liveEvents().count == 1)
    try account.deleteEvent(draft.key)
    #expect(
      failure { try account.provider.create(draft, in: account.calendar) }?.kind
        == .conflict(.gone))
    #expect(try account.mails().count == 1)
  }

  @Test("Google refuses the id of a deleted event for ever; the next generation is another event")
  func deletedID() throws {
    let account = try SandboxAccount(.google)
    _ = try account.provider.create(draft, in: account.calendar)
    try account.provider.remove(draft, in: account.calendar)
    #expect(
      failure { try account.provider.create(draft, in: account.calendar) }?.kind
        == .conflict(.gone))
    let next = EventDraft.sample(generation: 2, at: first)
    #expect(try !account.provider.create(next, in: account.calendar).wasThere)
  }

  // MARK: - Versions

  @Test("a guest who answers between look and write costs Google's move one more round")
  func conditionNotMet() throws {
    let account = try SandboxAccount(.google)
    _ = try account.provider.create(draft, in: account.calendar)
    try account.fault(
      "answer",
      [
        ("method", "PATCH"), ("status", 412),
        ("body", ["error": ["errors": [["reason": "conditionNotMet"]], "code": 412]]),
      ])
    #expect(try !account.provider.move(moved, in: account.calendar).wasThere)
    #expect(try account.methods() == ["POST", "GET", "PATCH", "GET", "PATCH"])
    #expect(try account.mails().count == 2)
  }

  @Test("a change that comes between look and write is not written over unseen")
  func staleVersion() throws {
    let account = try SandboxAccount(.google)
    _ = try account.provider.create(draft, in: account.calendar)
    let elsewhen = try interval("2027-01-20T09:00:00Z", "2027-01-20T09:30:00Z")
    // The write is on its way for so long that the owner's hand comes first.
    try account.fault(
      "slow", [("method", "PATCH"), ("milliseconds", 1500), ("commits", "last")])
    let result = Mutex<ProviderError?>(nil)
    let done = DispatchSemaphore(value: 0)
    DispatchQueue(label: "move").async { [self] in
      let error = failure { try account.provider.move(moved, in: account.calendar) }
      result.withLock { $0 = error }
      done.signal()
    }
    while try !account.methods().contains("PATCH") {}
    try account.dragEvent(draft.key, to: elsewhen)
    #expect(done.wait(timeout: .now() + 10) == .success)
    #expect(result.withLock { $0 } == nil)
    // Refused once, looked at again, and then written: the guest's wish is the later one.
    #expect(try account.methods() == ["POST", "GET", "PATCH", "GET", "PATCH"])
    #expect(try account.calls().compactMap { $0["status"]?.integer } == [200, 200, 412, 200, 200])
    #expect(try account.mails().count == 2)
  }

  @Test("gone between look and write", arguments: kinds)
  func goneMeanwhile(_ kind: Connection.Provider) throws {
    let account = try SandboxAccount(kind)
    _ = try account.provider.create(draft, in: account.calendar)
    let (status, name) = kind == .google ? (410, "deleted") : (404, "ErrorItemNotFound")
    let body: JSON =
      kind == .google
      ? ["error": ["errors": [["reason": .string(name)]]]] : ["error": ["code": .string(name)]]
    for method in ["PATCH", "DELETE", "POST"] {
      try account.fault(
        "answer",
        [("method", .string(method)), ("status", .integer(Int64(status))), ("body", body)])
    }
    #expect(
      failure { try account.provider.move(moved, in: account.calendar) }?.kind
        == .conflict(.gone))
    try account.provider.remove(draft, in: account.calendar)
  }

  // MARK: - Throttling

  static let googleForms = [
    "rateLimitExceeded", "userRateLimitExceeded", "rateLimitExceeded429", "quotaExceeded",
    "dailyLimitExceeded", "variableTermLimitExceeded",
  ]
  static let outlookForms = [
    "ApplicationThrottled", "TooManyRequests", "activityLimitReached", "locked",
    "serviceUnavailable", "bandwidthLimit",
  ]

  @Test("throttling in every form, with a time and without", arguments: googleForms + outlookForms)
  func throttled(_ form: String) throws {
    let kind: Connection.Provider =
      SandboxFaultTests.googleForms.contains(form) ? .google : .outlook
    let account = try SandboxAccount(kind)
    for seconds in [nil, 120] as [Int64?] {
      for write in [false, true] {
        try throttle(form, after: seconds, in: account)
        let began = SystemTime().now()
        let error = failure {
          if write {
            _ = try account.provider.create(draft, in: account.calendar)
          } else {
            _ = try account.provider.event(draft.key, in: account.calendar)
          }
        }
        let kind = try #require(error?.kind)
        switch (form, seconds) {
        case (_, 120): #expect(isWait(kind, atLeast: .seconds(119), from: began))
        case ("quotaExceeded", _), ("dailyLimitExceeded", _), ("variableTermLimitExceeded", _):
          #expect(isWait(kind, atLeast: .hours(2), from: began))
        case ("serviceUnavailable", _): #expect(kind == .transient)
        default: #expect(kind == .throttled(until: nil))
        }
      }
    }
    // Nothing has been done meanwhile.
    #expect(try account.liveEvents().isEmpty)
    _ = try account.provider.create(draft, in: account.calendar)
    #expect(try account.mails().count == 1)
  }

  @Test(
    "a gateway that gives up may have let a write through, and says when to come back to a read")
  func gatewayTimeout() throws {
    let account = try SandboxAccount(.outlook)
    try throttle("gatewayTimeout", after: 30, in: account)
    #expect(
      failure { try account.provider.create(draft, in: account.calendar) }?.kind
        == .unknownOutcome)
    try throttle("gatewayTimeout", after: 30, in: account)
    let began = SystemTime().now()
    let kind = failure { try account.provider.event(draft.key, in: account.calendar) }?.kind
    #expect(isWait(try #require(kind), atLeast: .seconds(29), from: began))
  }

  // MARK: - Errors inside 200

  @Test("a calendar deleted under our feet is never free, and spoils no other", arguments: kinds)
  func deletedCalendar(_ kind: Connection.Provider) throws {
    let account = try SandboxAccount(kind)
    let other = try account.addCalendar("Other", timeZone: "Europe/Berlin")
    try account.addEvent(first)
    try account.deleteCalendar(other)
    let day = try interval("2027-01-15T00:00:00Z", "2027-01-16T00:00:00Z")
    let busy = try account.provider.busy(in: [account.calendar, other], during: day)
    #expect(try busy[account.calendar.id]?.get().map(\.interval) == [first])
    #expect(failure { try busy[other.id]?.get() }?.kind == .permanent)
    #expect(failure { try account.provider.create(draft, in: other) }?.kind == .permanent)
  }

  @Test(
    "one calendar's error inside a 200 of Google's free/busy",
    arguments: [
      ("internalError", ProviderError.Kind.transient), ("notFound", .permanent),
    ])
  func itemError(_ reason: String, _ kind: ProviderError.Kind) throws {
    let account = try SandboxAccount(.google)
    let other = try account.addCalendar("Other", timeZone: "Europe/Berlin")
    try account.addEvent(first, in: other)
    try account.fault(
      "itemError", [("item", .string(account.calendar.remoteID)), ("reason", .string(reason))])
    let day = try interval("2027-01-15T00:00:00Z", "2027-01-16T00:00:00Z")
    let busy = try account.provider.busy(in: [account.calendar, other], during: day)
    #expect(failure { try busy[account.calendar.id]?.get() }?.kind == kind)
    #expect(try busy[other.id]?.get().map(\.interval) == [first])
  }

  // MARK: - Credentials

  @Test("a token that ran out is replaced, one that was revoked is the owner's", arguments: kinds)
  func tokens(_ kind: Connection.Provider) throws {
    let account = try SandboxAccount(kind)
    let old = try account.newToken()
    try account.revokeTokens()
    let provider = account.provider(tokens: TokensInHand([old, try account.newToken()]))
    _ = try provider.create(draft, in: account.calendar)
    #expect(try account.mails().count == 1)
    try account.revokeTokens()
    #expect(failure { try provider.calendars() }?.kind == .needsOwner)
    #expect(failure { try provider.move(moved, in: account.calendar) }?.kind == .needsOwner)
    let day = try interval("2027-01-15T00:00:00Z", "2027-01-16T00:00:00Z")
    #expect(
      failure { try provider.busy(in: [account.calendar], during: day) }?.kind == .needsOwner)
  }

  @Test("less than we asked for is the owner's business", arguments: kinds)
  func missingScope(_ kind: Connection.Provider) throws {
    let account = try SandboxAccount(kind)
    let scope =
      kind == .google ? "https://www.googleapis.com/auth/calendar.freebusy" : "User.Read"
    let provider = account.provider(
      tokens: TokensInHand([try account.newToken(scopes: [scope])]))
    #expect(failure { try provider.create(draft, in: account.calendar) }?.kind == .needsOwner)
  }

  // MARK: - What the tests above share

  private func lose(_ loss: Int, _ method: String, in account: SandboxAccount) throws {
    let loss = SandboxFaultTests.losses[loss]
    try account.fault(loss.kind, loss.more + [("method", .string(method))])
  }

  private func throttle(_ form: String, after seconds: Int64?, in account: SandboxAccount) throws {
    var more: [(String, JSON)] = [("form", .string(form))]
    if let seconds { more.append(("retryAfterSeconds", .integer(seconds))) }
    try account.fault("throttled", more)
  }

  private func isWait(
    _ kind: ProviderError.Kind, atLeast wait: Duration, from began: Timestamp
  ) -> Bool {
    guard case .throttled(let until?) = kind else { return false }
    return until >= began + wait
  }
}
