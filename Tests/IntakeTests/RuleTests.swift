import Bookings
import Core
import Intake
import StoreTestSupport
import TestSupport
import Testing

@Suite struct RuleTests {
  @Test("S20 Server enforces what the page shows: each rule by its name")
  func everyRule() throws {
    let world = try StoredWorld()
    try world.addLink("intro", .open(notice: 240, days: 14))
    world.time.advance(.minutes(1))
    // It is 08:01 on 2 March: four hours of notice end at 12:01, the fourteenth day is the 15th.
    for (start, expected) in [
      ("2026-03-02T12:00:00Z", Refusal.noticeTooShort), ("2026-03-02T07:00:00Z", .noticeTooShort),
      ("2026-03-16T00:00:00Z", .outsideWindow), ("2026-03-10T17:10:00Z", .notOnGrid),
    ] {
      #expect(refusal { try world.book(start) } == expected)
    }
    #expect(
      refusal { try world.book(BookingRequest("2026-03-10T17:00:00Z", minutes: 45)) }
        == .durationNotOffered)
    #expect(try world.kept() == [0, 0, 0, 0, 0, 0])
    try world.book("2026-03-02T12:30:00Z")
    try world.book("2026-03-15T23:30:00Z")
  }

  @Test("S20 A link that is paused, spent, deleted or was never there")
  func closedLinks() throws {
    let world = try StoredWorld()
    try world.addLink("paused")
    try world.setState(.paused, of: "paused")
    try world.addLink("spent", kind: .singleUse)
    try world.book("2026-03-10T17:00:00Z", on: "spent")
    try world.addLink("deleted")
    try world.setState(.deleted, of: "deleted")
    let before = try world.kept()

    #expect(refusal { try world.book("2026-03-11T17:00:00Z", on: "paused") } == .linkPaused)
    #expect(refusal { try world.book("2026-03-11T17:00:00Z", on: "spent") } == .linkSpent)
    for slug in ["deleted", "never"] {
      #expect(error { try world.book("2026-03-11T17:00:00Z", on: slug) }?.isNotFound == true)
    }
    #expect(try world.kept() == before)
  }

  /// Both ways: what the page shows is accepted at that instant, and nothing else is.
  @Test("S20 What is listed is what is accepted", arguments: [UInt64](1...12))
  func listedIsAccepted(seed: UInt64) throws {
    let world = try StoredWorld()
    let randomness = Randomness(seed: seed)
    func random(_ choices: [Int]) -> Int { choices[Int(randomness.next() % UInt64(choices.count))] }
    func somewhen() -> Timestamp {
      // The days around the change of clocks in America.
      instant("2026-03-07T00:00:00Z") + .minutes(5 * Int(randomness.next() % (3 * 288)))
    }
    let zones = ["UTC", "America/New_York", "America/Havana", "Asia/Kathmandu"]
    for number in 0..<3 {
      var settings = LinkSettings.open(
        durations: [random([15, 30, 60]), 45], step: random([15, 20, 30, 60]),
        bufferBefore: random([0, 5, 30]), bufferAfter: random([0, 10]),
        notice: random([0, 300, 2000]), days: random([6, 7, 60]))
      settings.timeZone = zones[random([0, 1, 2, 3])]
      settings.maximumPerDay = [nil, 1, 3][random([0, 1, 2])]
      settings.maximumPerWeek = [nil, 2][random([0, 1])]
      settings.overrides = [
        DateOverride(
          date: CivilDate(daysSinceEpoch: 20_519 + random([0, 1, 2])),
          windows: random([0, 1]) == 0
            ? []
            : [
              DayWindow(fromMinute: 60, toMinute: 600), DayWindow(fromMinute: 1320, toMinute: 120),
            ])
      ]
      try world.addLink("link\(number)", settings)
    }
    for _ in 0..<5 {
      let duration = Duration.minutes(random([10, 30, 120]))
      world.busy.add(Interval(start: somewhen(), duration: duration), on: StoredWorld.work)
    }

    for _ in 0..<60 {
      let slug = "link\(random([0, 1, 2]))"
      let link = try world.link(slug)
      let minutes = random(link.settings.durationsMinutes + [50])
      let candidate = somewhen()
      let date = String(candidate.rfc3339.prefix(10))
      let listed = try world.slots(on: date, of: slug, minutes: minutes)
      // Most candidates miss the grid: every second time one that is listed is taken.
      let start =
        random([0, 1]) == 0 || listed.isEmpty
        ? candidate.rfc3339 : listed[random(Array(listed.indices))]
      let request = BookingRequest(start, on: slug, minutes: minutes)
      let explained = try world.answer { answer in
        let slot = Interval(start: instant(start), duration: .minutes(minutes))
        world.intake.explain(slot, of: link, completion: answer)
      }.get().reasons
      #expect(
        explained.isEmpty == listed.contains(start), "seed \(seed): \(slug), \(start): \(explained)"
      )
      let accepted = error { try world.book(request) } == nil
      #expect(
        accepted == listed.contains(start),
        "seed \(seed): \(slug), \(minutes) minutes at \(start): listed \(listed)")
    }
  }

  @Test func aPageWithoutSlotsSaysWhereTheNextOneIs() throws {
    let world = try StoredWorld()
    let link = try world.addLink()
    world.busy.add(
      Interval(start: instant("2026-03-10T00:00:00Z"), duration: .hours(30)), on: StoredWorld.work)
    let day = Interval(start: instant("2026-03-10T00:00:00Z"), duration: .days(1))
    let list = try world.answer {
      world.intake.slots(of: link, in: day, durationMinutes: 30, completion: $0)
    }.get()
    #expect(list.slots.isEmpty)
    #expect(list.nextAvailable?.start == instant("2026-03-11T06:00:00Z"))
  }
}
