import Bookings
import Calendars
import Core
import TestSupport
import Testing

/// What Google has confirmed, and one of its machines has not heard of yet.
struct GoogleLagTests {
  let draft: EventDraft
  let calendar = Calendar.sample(url: "primary")

  init() throws {
    draft = .sample(at: try interval("2027-01-15T09:00:00Z", "2027-01-15T09:30:00Z"))
  }

  @Test("that an event just made is not there is asked again before it is believed")
  func notThereYet() throws {
    let event = """
      {"id": "\(draft.key.text)", "start": {"dateTime": "2027-01-15T09:00:00Z"},
       "end": {"dateTime": "2027-01-15T09:30:00Z"}}
      """
    let api = try ScriptedAPI { request in
      request.method == "POST"
        ? [.answer(200, event)]
        : [.answer(404, #"{"error": {"errors": [{"reason": "notFound"}]}}"#)]
    }
    defer { api.server.stop() }
    let google = api.google
    #expect(try google.event(draft.key, in: calendar) == nil)
    _ = try google.create(draft, in: calendar)
    #expect(failure { try google.event(draft.key, in: calendar) }?.kind == .transient)
    #expect(failure { try google.isInPlace(draft.key, in: calendar) }?.kind == .transient)
    #expect(failure { try google.move(draft, in: calendar) }?.kind == .transient)
    // Otherwise the event would stand there for ever.
    #expect(failure { try google.remove(draft, in: calendar) }?.kind == .transient)
    // Another event's absence is believed, and after a while this one's.
    let other = EventDraft.sample("bkg_2", at: draft.interval)
    #expect(try google.event(other.key, in: calendar) == nil)
    api.time.advance(.seconds(30))
    #expect(try google.event(draft.key, in: calendar) == nil)
    try google.remove(draft, in: calendar)
  }

  @Test("a service account's calls are counted for each of those it acts for")
  func quotaUsers() throws {
    let api = try ScriptedAPI { _ in [.answer(200, #"{"items": []}"#)] }
    defer { api.server.stop() }
    _ = try api.google.calendars()
    for mailbox in ["alex@example.com", "Alex@example.com", "olga@example.com"] {
      _ = try api.google(mailbox: mailbox).calendars()
    }
    let users = api.calls.map { call in
      call.firstRange(of: "quotaUser=").map { String(call[$0.upperBound...]) }
    }
    #expect(users[0] == nil)
    #expect(users[1] != nil && users[1] == users[2] && users[2] != users[3])
    #expect(users.compactMap(\.self).allSatisfy { (1...40).contains($0.count) })
    #expect(!api.calls.contains { $0.lowercased().contains("alex") })
  }
}
