import Bookings
import Core
import HTTPServer
import Testing

@testable import Web

@Suite struct LinkSendingTests {
  private let world = AgentWorld()

  init() { world.records.change { $0.links = [.fixture(1)] } }

  private func send(
    _ body: String, link: String = "lnk_1", key: String = AgentWorld.anaKey
  ) throws -> Answered {
    try world.send(.post, "/v1/links/\(link)/send", key: key, body: body)
  }

  private static let sarah = #"{"to": {"name": "Sarah", "email": "sarah@guest.example"}}"#

  @Test func itIsAJobThatMailsTheLink() throws {
    let answer = try send(
      #"{"to": {"name": "Sarah", "email": "sarah@guest.example"}, "message": "Hi!\nSoon?"}"#)
    #expect(answer.status == 202)
    #expect(answer.header("Location") == "/v1/jobs/job_1")
    #expect(
      answer.json == [
        "to": ["name": "Sarah", "email": "sarah@guest.example"], "isRepeat": false,
        "job": ["id": "job_1", "state": "available"],
      ])
    #expect(
      try world.records.read { $0.linkMails } == [
        LinkMailRequest(
          link: LinkID("lnk_1"), organization: AgentWorld.organization, name: "Sarah",
          email: "sarah@guest.example", words: "Hi!\nSoon?", day: "2026-03-02")
      ])
  }

  @Test func theSamePersonIsWrittenToOnceADay() throws {
    #expect(try send(Self.sarah).status == 202)
    let again = try send(Self.sarah)
    #expect(again.status == 202 && again.json["isRepeat"] == true)
    #expect(again.json["job"]?["id"] == "job_1")
    #expect(try world.records.read { $0.linkMails.count } == 1)
  }

  @Test(arguments: [
    (#"{}"#, ["#/to"]), (#"{"to": {}}"#, ["#/to/email"]),
    (#"{"to": {"email": "sarah"}}"#, ["#/to/email"]),
    (#"{"to": {"email": "a@b.example", "name": "A\nB"}}"#, ["#/to/name"]),
    (#"{"to": {"email": "a@b.example"}, "words": "Hi"}"#, ["#/words"]),
    (#"{"to": [], "message": 1}"#, ["#/to", "#/message"]),
  ])
  func whatCannotBeIsNamed(body: String, pointers: [String]) throws {
    let answer = try send(body)
    #expect(answer.status == 422)
    #expect(answer.pointers == pointers)
    #expect(try world.records.read { $0.linkMails }.isEmpty)
  }

  @Test func longWordsAreRefused() throws {
    let words = String(repeating: "x", count: 1001)
    let answer = try send(#"{"to": {"email": "a@b.example"}, "message": "\#(words)"}"#)
    #expect(answer.pointers == ["#/message"])
  }

  @Test func whatTakesNoBookingsIsNotSent() throws {
    world.records.change { $0.links = [.fixture(1, state: .paused), .fixture(2, state: .spent)] }
    #expect(try send(Self.sarah).problem == "link-paused")
    #expect(try send(Self.sarah, link: "lnk_2").problem == "link-spent")
  }

  @Test func ofAnotherItIsNotFound() throws {
    #expect(try send(Self.sarah, key: AgentWorld.strangersKey).status == 404)
    #expect(try send(Self.sarah, key: AgentWorld.benKey).status == 404)
    #expect(try send(Self.sarah, link: "lnk_9").status == 404)
  }

  @Test func nobodyMailsWithoutEnd() throws {
    world.records.change { $0.linkMailLimit = 1 }
    #expect(try send(Self.sarah).status == 202)
    let answer = try send(#"{"to": {"email": "kim@guest.example"}}"#)
    #expect(answer.status == 429 && answer.problem == "rate-limited")
    #expect(answer.header("Retry-After") == "3600")
  }

  @Test func whatGuestsAnsweredIsShownOnTheBooking() throws {
    let booking = Booking.fixture(1)
    world.records.change { state in
      state.bookings = [booking]
      state.answers[booking.id] = [
        GuestAnswer(
          booking: booking.id, email: "Sam@guest.example", word: .declined, sequence: 0,
          answeredAt: AgentWorld.now, comment: "Ill")
      ]
    }
    let answer = try world.send(.get, "/v1/bookings/\(booking.id)")
    #expect(
      answer.json["replies"] == [
        [
          "email": "sam@guest.example", "answer": "declined", "at": .string(AgentWorld.now.rfc3339),
          "comment": "Ill",
        ]
      ])
  }
}
