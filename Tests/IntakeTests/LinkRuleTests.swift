import Bookings
import Core
import Intake
import StoreTestSupport
import TestSupport
import Testing

/// Expiry, questions, additional guests, and what a link no longer offers.
@Suite struct LinkRuleTests {
  private let world: StoredWorld

  init() throws { world = try StoredWorld() }

  private func addLink(_ change: (inout LinkSettings) -> Void) throws -> Link {
    var settings = LinkSettings.open()
    change(&settings)
    return try world.addLink("intro", settings)
  }

  private func change(_ link: Link, _ change: (inout LinkSettings) -> Void) throws {
    var changed = link
    change(&changed.settings)
    changed.revision += 1
    _ = try world.store.keep(
      changed, replacing: link.revision, as: LinkOperation(.update, by: "key_1"))
  }

  @Test func anExpiredLinkTakesNoBookingsButLetsThoseMadeMove() throws {
    _ = try addLink { $0.expiresAt = instant("2026-03-05T00:00:00Z") }
    let booking = try world.book("2026-03-10T17:00:00Z")
    try world.settle(booking, .confirmed)
    world.time.advance(to: instant("2026-03-04T23:59:59Z"))
    try world.book("2026-03-10T18:00:00Z")
    world.time.advance(to: instant("2026-03-05T00:00:00Z"))
    #expect(refusal { try world.book("2026-03-10T19:00:00Z") } == .linkExpired)
    try world.reschedule(booking, to: "2026-03-10T20:00:00Z")
  }

  /// The clock goes on while a calendar is being read.
  @Test func aLinkThatExpiresMeanwhileIsExpired() throws {
    _ = try addLink { $0.expiresAt = instant("2026-03-05T00:00:00Z") }
    world.busy.beforeAnswering { [world] in
      world.time.advance(to: instant("2026-03-05T00:00:01Z"))
    }
    #expect(refusal { try world.book("2026-03-10T19:00:00Z") } == .linkExpired)
    #expect(try world.kept() == [0, 0, 0, 0, 0, 0])
  }

  @Test func answersAreKeptWithTheirQuestions() throws {
    _ = try addLink {
      $0.questions = [Question(id: "company", label: "Your company", isRequired: true)]
    }
    var request = BookingRequest("2026-03-10T17:00:00Z")
    guard case .invalid(let problems) = error({ try world.book(request) }) else {
      Issue.record("an answer is required")
      return
    }
    #expect(problems.map(\.pointer.text) == ["#/answers/company"])
    request.answers = ["company": "Acme"]
    let booking = try world.book(request).booking
    #expect(
      try world.restarted().booking(booking).details.answers == [
        Answer(question: "company", label: "Your company", text: "Acme")
      ])
  }

  @Test func additionalGuestsAreCapped() throws {
    _ = try addLink { $0.maximumAdditionalGuests = 1 }
    var request = BookingRequest("2026-03-10T17:00:00Z")
    request.additionalGuests = ["a@guest.example", "b@guest.example"]
    guard case .invalid(let problems) = error({ try world.book(request) }) else {
      Issue.record("two are too many")
      return
    }
    #expect(problems.map(\.pointer.text) == ["#/additionalGuests"])
    request.additionalGuests = ["a@guest.example"]
    try world.book(request)
  }

  // MARK: - What was offered a while ago

  private func isNoLongerOffered(_ request: BookingRequest) -> Refusal? {
    guard case .noLongerOffered(let refusal) = error({ try world.book(request) }) else {
      return nil
    }
    return refusal
  }

  @Test func whoLoadedTheOlderRevisionIsToldOfTheChange() throws {
    let link = try addLink { $0.durationsMinutes = [30, 45] }
    try change(link) {
      $0.durationsMinutes = [60]
      $0.slotIntervalMinutes = 60
      $0.visibility = .rollingDays(20)
    }
    func asked(_ start: String, _ minutes: Int) -> BookingRequest {
      BookingRequest(start, minutes: minutes)
    }
    #expect(isNoLongerOffered(asked("2026-03-10T17:00:00Z", 45)) == .durationNotOffered)
    #expect(isNoLongerOffered(asked("2026-04-10T17:00:00Z", 30)) == .durationNotOffered)
    // What was never offered is a mistake as before.
    #expect(refusal { try world.book(asked("2026-03-10T17:00:00Z", 50)) } == .durationNotOffered)
    #expect(refusal { try world.book(asked("2026-03-10T17:10:00Z", 60)) } == .notOnGrid)
    #expect(refusal { try world.book(asked("2026-12-10T17:00:00Z", 60)) } == .outsideWindow)
    #expect(try world.kept()[0] == 0)
    try world.book(asked("2026-03-10T17:00:00Z", 60))
  }

  @Test func eachRuleThatCanBeTightened() throws {
    let tightened: [(Refusal, String, (inout LinkSettings) -> Void)] = [
      (.noticeTooShort, "2026-03-03T17:00:00Z", { $0.minimumNoticeMinutes = 3 * 1440 }),
      (.outsideWindow, "2026-03-20T17:00:00Z", { $0.visibility = .rollingDays(7) }),
      (
        .outsideWindow, "2026-03-10T17:00:00Z",
        {
          $0.overrides = [
            DateOverride(date: CivilDate(daysSinceEpoch: 20_522), windows: [])
          ]
        }
      ),
      (.notOnGrid, "2026-03-10T17:30:00Z", { $0.slotIntervalMinutes = 60 }),
    ]
    for (expected, start, change) in tightened {
      let world = try StoredWorld()
      let link = try world.addLink()
      var changed = link
      change(&changed.settings)
      changed.revision = 2
      _ = try world.store.keep(
        changed, replacing: 1, as: LinkOperation(.update, by: "key_1"))
      let answer = error { try world.book(start) }
      guard case .noLongerOffered(let refusal) = answer else {
        Issue.record("\(expected): \(String(describing: answer))")
        continue
      }
      #expect(refusal == expected)
    }
  }

  /// A page that lay open for longer than a day is as good as none.
  @Test func aDayLaterItIsAMistake() throws {
    let link = try addLink { _ in }
    try change(link) { $0.durationsMinutes = [60] }
    world.time.advance(.hours(24))
    #expect(
      refusal { try world.book(BookingRequest("2026-03-10T17:00:00Z", minutes: 30)) }
        == .durationNotOffered)
  }

  @Test func aMoveToWhatIsNoLongerOfferedSaysSoToo() throws {
    let link = try addLink { _ in }
    let booking = try world.book("2026-03-10T17:00:00Z")
    try world.settle(booking, .confirmed)
    try change(link) { $0.slotIntervalMinutes = 60 }
    guard
      case .noLongerOffered(.notOnGrid) = error({
        try world.reschedule(booking, to: "2026-03-10T18:30:00Z")
      })
    else {
      Issue.record("it was offered before")
      return
    }
  }

  // MARK: - Explained

  @Test func everyReasonInOrder() throws {
    let link = try addLink {
      $0.minimumNoticeMinutes = 10_000
      $0.maximumPerDay = 1
      $0.expiresAt = instant("2026-03-03T00:00:00Z")
    }
    func codes(_ start: String, minutes: Int = 30) throws -> [String] {
      let slot = Interval(start: instant(start), duration: .minutes(minutes))
      return try world.answer { world.intake.explain(slot, of: link, completion: $0) }
        .get().reasons.map(\.code)
    }
    #expect(try codes("2026-03-10T17:00:00Z") == [])
    try world.book("2026-03-10T17:00:00Z")
    world.busy.add(
      Interval(start: instant("2026-03-10T17:10:00Z"), duration: .minutes(5)),
      on: StoredWorld.work)
    #expect(
      try codes("2026-03-10T17:10:00Z", minutes: 10) == [
        "duration-not-offered", "not-on-grid", "day-full", "calendar-busy", "time-claimed",
      ])
    world.busy.setUnreadable([StoredWorld.work.id])
    world.time.advance(to: instant("2026-03-04T00:00:00Z"))
    #expect(
      try codes("2026-03-10T17:00:00Z") == [
        "link-expired", "notice-too-short", "day-full", "time-claimed", "calendar-unreadable",
      ])
  }
}
