import Bookings
import Calendars
import Core
import HTTPClient
import Synchronization
import ProviderTestSupport
import Testing

struct ProviderDirectoryTests {
  @Test func makesEachProviderOnce() throws {
    let made = Mutex<[ConnectionID]>([])
    let directory = ProviderDirectory { id throws(ProviderError) -> any CalendarProvider in
      made.withLock { $0.append(id) }
      return ScriptedProvider()
    }
    let one = ConnectionID("one")
    #expect(directory.known(one) == nil)
    let first = try directory.provider(of: one) as? ScriptedProvider
    #expect(try directory.provider(of: one) as? ScriptedProvider === first)
    #expect(directory.known(one) as? ScriptedProvider === first)
    directory.forget(one)
    #expect(directory.known(one) == nil)
    _ = try directory.provider(of: one)
    #expect(made.withLock { $0 } == [one, one])
  }

  @Test func aFailureIsNotKept() throws {
    let drops = Drops()
    let directory = ProviderDirectory { _ throws(ProviderError) -> any CalendarProvider in
      if drops.isFirst() { throw ProviderError(.transient, "busy") }
      return ScriptedProvider()
    }
    #expect(failure { try directory.provider(of: ConnectionID("one")) }?.kind == .transient)
    _ = try directory.provider(of: ConnectionID("one"))
  }

  @Test func makesWhatTheConnectionSays() throws {
    let parts = ProviderParts(
      http: HTTPClient(), zones: CalDAVProvider.zones, time: SystemTime(),
      localEvents: LocalEventsInMemory(), tokens: TokensInHand(), defaultTimeZone: "UTC")
    func made(_ provider: Connection.Provider) throws -> any CalendarProvider {
      try parts.provider(
        for: ConnectedAccount(
          connection: .sample(provider: provider, url: "https://example.com"),
          password: Redacted("")))
    }
    #expect(try made(.local).isLocal)
    #expect(try made(.caldav) is CalDAVProvider)
    #expect(try made(.google) is GoogleProvider)
    #expect(try made(.outlook) is OutlookProvider)
  }
}
