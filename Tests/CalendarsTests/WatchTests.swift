import Bookings
import Calendars
import Core
import ProviderTestSupport
import Testing

/// Watches, from the provider's proof that the address is ours to their end.
struct WatchTests {
  static let kinds = [Connection.Provider.google, .outlook]
  private let secret = "not-to-be-told"
  private let first: Interval

  init() throws {
    first = try interval("2027-01-15T09:00:00Z", "2027-01-15T09:30:00Z")
  }

  @Test("whoever watches is called at the host's change, with the secret", arguments: kinds)
  func rings(_ kind: Connection.Provider) throws {
    let (account, bell) = (try SandboxAccount(kind), try Doorbell())
    let request = request(bell, lasting: .days(3))
    let watch = try #require(try account.provider.watch(account.calendar, request))
    #expect(abs((watch.expiresAt - request.until).wholeMilliseconds) < 2000)
    try account.addEvent(first)
    if kind == .google {
      let rings = try bell.rings.take(2)
      #expect(rings.map { $0.headers["x-goog-resource-state"] } == ["sync", "exists"])
      #expect(rings.allSatisfy { $0.headers["x-goog-channel-id"] == watch.id })
      #expect(rings.allSatisfy { $0.headers["x-goog-resource-id"] == watch.resource })
      #expect(rings.allSatisfy { $0.headers["x-goog-channel-token"] == secret })
      #expect(watch.id == request.name)
    } else {
      let ring = try bell.rings.take()
      #expect(ring.notice?["subscriptionId"]?.string == watch.id)
      #expect(ring.notice?["clientState"]?.string == secret)
      // The address itself, and the same one for the watch's own life.
      #expect(bell.timesAsked == 2)
    }
    #expect(!"\(watch) \(request)".contains(secret))
  }

  @Test("a watch that has ended calls nobody, and may be ended once more", arguments: kinds)
  func ends(_ kind: Connection.Provider) throws {
    let (account, bell) = (try SandboxAccount(kind), try Doorbell())
    let watch = try #require(
      try account.provider.watch(account.calendar, request(bell, lasting: .days(3))))
    for _ in 1...2 { try account.provider.unwatch(watch, of: account.calendar) }
    try account.addEvent(first)
    #expect(try account.notices() == (kind == .google ? 1 : 0))
    #expect(
      try account.provider.renew(
        watch, of: account.calendar, until: SystemTime().now() + .days(3)) == nil)
  }

  @Test("no provider watches for as long as one may ask", arguments: kinds)
  func longest(_ kind: Connection.Provider) throws {
    let (account, bell) = (try SandboxAccount(kind), try Doorbell())
    let watch = try #require(
      try account.provider.watch(account.calendar, request(bell, lasting: .days(365))))
    let life = watch.expiresAt - SystemTime().now()
    #expect(life > .days(6) && life <= .days(31))
  }

  @Test("a watch whose making nobody heard of is made again", arguments: kinds)
  func lostAnswer(_ kind: Connection.Provider) throws {
    let (account, bell) = (try SandboxAccount(kind), try Doorbell())
    try account.fault("cut", [("method", "POST"), ("afterCommit", true)])
    let lost = request(bell, lasting: .days(3))
    #expect(
      failure { try account.provider.watch(account.calendar, lost) }?.kind == .unknownOutcome)
    let again = try #require(
      try account.provider.watch(
        account.calendar, request(bell, named: "watch-2", lasting: .days(3))))
    try account.provider.unwatch(again, of: account.calendar)
  }

  @Test("an address that the provider does not call is not the account's trouble", arguments: kinds)
  func foreignAddress(_ kind: Connection.Provider) throws {
    let account = try SandboxAccount(kind)
    let request = WatchRequest(
      address: "https://book.example.com/hooks/1", secret: Redacted(secret), name: "watch-1",
      until: SystemTime().now() + .days(3))
    let refused = failure { try account.provider.watch(account.calendar, request) }
    // Graph has no other word for one that just did not answer.
    #expect(refused?.kind == (kind == .google ? .permanent : .transient))
    #expect(try account.calls().count == 1)
  }

  @Test("a subscription is renewed after it has proved itself again")
  func renews() throws {
    let (account, bell) = (try SandboxAccount(.outlook), try Doorbell())
    let watch = try #require(
      try account.provider.watch(account.calendar, request(bell, lasting: .hours(1))))
    let until = SystemTime().now() + .days(5)
    let renewed = try #require(
      try account.provider.renew(watch, of: account.calendar, until: until))
    #expect(renewed.id == watch.id)
    #expect(abs((renewed.expiresAt - until).wholeMilliseconds) < 2000)
    #expect(bell.timesAsked == 4)
    try account.addEvent(first)
    #expect(try bell.rings.take().notice?["clientState"]?.string == secret)
    // Not for longer than Graph allows, and not once it has run out.
    let longest = try #require(
      try account.provider.renew(
        watch, of: account.calendar, until: SystemTime().now() + .days(365)))
    #expect(longest.expiresAt - SystemTime().now() <= .days(7))
    try account.advance(seconds: 8 * 86_400)
    let provider = account.provider(tokens: TokensInHand([try account.newToken()]))
    #expect(try provider.renew(watch, of: account.calendar, until: until) == nil)
    try provider.unwatch(watch, of: account.calendar)
  }

  @Test("Graph tells of a watch's own life at the same address")
  func lifecycle() throws {
    let (account, bell) = (try SandboxAccount(.outlook), try Doorbell())
    let watch = try #require(
      try account.provider.watch(account.calendar, request(bell, lasting: .days(3))))
    try account.tellLifecycle("subscriptionRemoved")
    let notice = try bell.rings.take().notice
    #expect(notice?["lifecycleEvent"] == "subscriptionRemoved")
    #expect(notice?["clientState"]?.string == secret)
    #expect(
      try account.provider.renew(watch, of: account.calendar, until: watch.expiresAt) == nil)
  }

  @Test("an address that does not prove itself makes no subscription")
  func unproven() throws {
    let (account, bell) = (try SandboxAccount(.outlook), try Doorbell(answering: 503))
    let request = request(bell, lasting: .days(3))
    #expect(failure { try account.provider.watch(account.calendar, request) }?.kind == .transient)
    try account.addEvent(first)
    #expect(try account.notices() == 0)
  }

  private func request(
    _ bell: Doorbell, named name: String = "watch-1", lasting life: Duration
  ) -> WatchRequest {
    WatchRequest(
      address: bell.address("calendar"), secret: Redacted(secret), name: name,
      until: SystemTime().now() + life)
  }
}
