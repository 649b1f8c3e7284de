import Core
import Testing

struct ZoneFileTests {
  private let directory: ZoneDirectory

  init() throws { directory = try ZoneDirectory() }

  /// What POSIX TZ texts say, seen through the first two changes after a moment.
  @Test(
    arguments: [
      // Hours beyond a day, as Gaza and Israel have them.
      (
        "EET-2EEST,M3.4.4/50,M10.4.4/50", "2040-01-01T00:00:00Z",
        "2040-03-24T00:00:00Z EEST 10800", "2040-10-26T23:00:00Z EET 7200"
      ),
      // Before the day: Nuuk's hour -1 is Saturday's 23:00.
      (
        "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2040-01-01T00:00:00Z",
        "2040-03-25T01:00:00Z -01 -3600", "2040-10-28T01:00:00Z -02 -7200"
      ),
      // Behind standard time in winter.
      (
        "IST-1GMT0,M10.5.0,M3.5.0/1", "2040-01-01T00:00:00Z",
        "2040-03-25T01:00:00Z IST 3600", "2040-10-28T01:00:00Z GMT 0"
      ),
      // Half an hour, and an offset with minutes.
      (
        "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2040-01-01T00:00:00Z",
        "2040-03-31T15:00:00Z +1030 37800", "2040-10-06T15:30:00Z +11 39600"
      ),
      // Days of the year: 29 February is not counted, and is.
      (
        "AAA0BBB,J60/0,J365/0", "2040-01-01T00:00:00Z",
        "2040-03-01T00:00:00Z BBB 3600", "2040-12-30T23:00:00Z AAA 0"
      ),
      (
        "AAA0BBB,59/0,364/0", "2040-01-01T00:00:00Z",
        "2040-02-29T00:00:00Z BBB 3600", "2040-12-29T23:00:00Z AAA 0"
      ),
      (
        "AAA0BBB,59/0,364/0", "2041-01-01T00:00:00Z",
        "2041-03-01T00:00:00Z BBB 3600", "2041-12-30T23:00:00Z AAA 0"
      ),
      // A week off its year on either side.
      (
        "AAA0BBB,M1.1.1/-167,M10.1.0", "2040-12-01T00:00:00Z",
        "2040-12-31T01:00:00Z BBB 3600", "2041-10-06T01:00:00Z AAA 0"
      ),
      (
        "AAA0BBB,M4.1.0,M12.5.1/167", "2040-12-01T00:00:00Z",
        "2041-01-06T22:00:00Z AAA 0", "2041-04-07T02:00:00Z BBB 3600"
      ),
      // Seconds, and a daylight offset of its own.
      (
        "AAA0:00:30BBB-2,M4.1.0,M10.1.0", "2040-01-01T00:00:00Z",
        "2040-04-01T02:00:30Z BBB 7200", "2040-10-07T00:00:00Z AAA -30"
      ),
    ])
  func rules(text: String, after: String, first: String, second: String) throws {
    let zone = try directory.zone(ZoneFileParts(footer: "\n\(text)\n").bytes)
    let moment = try #require(Timestamp(rfc3339: after))
    let one = try #require(zone.nextTransition(after: moment))
    let two = try #require(zone.nextTransition(after: one.at))
    #expect(one.words == first)
    #expect(two.words == second)
  }

  /// Daylight saving all year: its end is the next year's beginning (RFC 8536 section 3.3.1).
  @Test func daylightSavingAllYear() throws {
    let parts = ZoneFileParts(
      types: [(-14400, 1, 0)], abbreviations: "EDT\0", footer: "\nEST5EDT,0/0,J365/25\n")
    let zone = try directory.zone(parts.bytes)
    let start = try #require(Timestamp(rfc3339: "2000-01-01T00:00:00Z"))
    for hours in stride(from: 0, to: 20 * 8766, by: 5) {
      #expect(zone.offsetSeconds(at: start + .hours(hours)) == -14400)
    }
    #expect(zone.nextTransition(after: start) == nil)
  }

  /// Years far ahead behave as the rule says, not as the year of the last transition did.
  @Test func farYearsFollowTheRule() throws {
    let june2030: Int64 = 1_906_502_400
    let parts = ZoneFileParts(
      transitions: [(june2030, 1)], types: [(36_000, 0, 0), (3600, 1, 0)],
      footer: "\nAAA0BBB,M4.1.0,M10.1.0\n")
    let zone = try directory.zone(parts.bytes)
    #expect(zone.offsetSeconds(at: Timestamp(seconds: june2030 - 1)) == 36_000)
    #expect(zone.offsetSeconds(at: Timestamp(seconds: june2030)) == 3600)
    for years in [400, 402, 800, 1200] {
      let march = try #require(CivilDate(year: 2030 + years, month: 3, day: 1))
      let start = zone.startOfDay(march)
      #expect(zone.offsetSeconds(at: start) == 0)
      #expect(zone.nextTransition(after: start)?.offsetAfter == 3600)
    }
  }

  @Test func withoutFooterTheLastTypeGoesOn() throws {
    let parts = ZoneFileParts(
      transitions: [(0, 1)], types: [(0, 0, 0), (3600, 0, 0)], footer: "\n\n")
    let zone = try directory.zone(parts.bytes)
    #expect(zone.offsetSeconds(at: Timestamp(seconds: -1)) == 0)
    #expect(zone.offsetSeconds(at: Timestamp(seconds: 0)) == 3600)
    #expect(zone.offsetSeconds(at: Timestamp(seconds: 9_999_999_999)) == 3600)
  }

  /// Some compilers of zones begin each file so.
  @Test func theBigBangIsNoTransition() throws {
    let parts = ZoneFileParts(
      transitions: [(-(1 << 59), 1), (-62_135_596_800, 0)], types: [(0, 0, 0), (3600, 0, 0)],
      footer: "\nAAA0BBB,M4.1.0,M10.1.0\n")
    let zone = try directory.zone(parts.bytes)
    let ancient = Timestamp(seconds: -99_999_999_999)
    #expect(zone.offsetSeconds(at: ancient) == 3600)
    #expect(zone.nextTransition(after: ancient)?.at == Timestamp(seconds: -62_135_596_800))
  }

  typealias Spoil = @Sendable (inout ZoneFileParts) -> Void

  private static let spoils: [(fault: ZoneFault, spoil: Spoil)] = [
    (.version, { $0.version = "\0" }),
    (.leapSeconds, { $0.leapSeconds = 1 }),
    (.counts, { $0.types = [] }),
    (.counts, { $0.abbreviations = "" }),
    (.timeType, { $0.types = [(93_600, 0, 0)] }),
    (.timeType, { $0.types = [(-90_000, 0, 0)] }),
    (.timeType, { $0.types = [(0, 2, 0)] }),
    (.abbreviation, { $0.types = [(0, 0, 4)] }),
    (.abbreviation, { $0.abbreviations = "AAA" }),
    (.abbreviation, { $0.abbreviations = "A\n\0" }),
    (.transition, { $0.transitions = [(5, 0), (5, 0)] }),
    (.transition, { $0.transitions = [(5, 1)] }),
    (.transition, { $0.transitions = [(.max, 0)] }),
    (.rule, { $0.footer = "AAA0\n" }),
    (.rule, { $0.footer = "\nAAA0" }),
    (.truncated, { $0.footer = "" }),
  ]

  @Test(arguments: spoils)
  func faultsAreNamed(fault: ZoneFault, spoil: Spoil) throws {
    var parts = ZoneFileParts()
    spoil(&parts)
    #expect(throws: ZoneError.corrupt("Test", fault)) { try directory.zone(parts.bytes) }
  }

  @Test(arguments: [
    "AA0", "AAA", "AAA25", "AAA0:60", "<AA0", "<A!A>0", "AAA0BBB", "AAA0BBB,M13.1.0,M1.1.0",
    "AAA0BBB,M0.1.0,M1.1.0", "AAA0BBB,M1.6.0,M1.1.0", "AAA0BBB,M1.1.7,M1.1.0",
    "AAA0BBB,M1.1.0", "AAA0BBB,J0,J1", "AAA0BBB,J366,J1", "AAA0BBB,366,1", "AAA0BBB,1,2,3",
    "AAA0BBB,M1.1.0/168,M2.1.0", "AAA0BBB,M1.1.0/-168,M2.1.0", "AAA99999999999999999999", ":AAA",
  ])
  func badRulesAreRefused(text: String) throws {
    let bytes = ZoneFileParts(footer: "\n\(text)\n").bytes
    #expect(throws: ZoneError.corrupt("Test", .rule)) { try directory.zone(bytes) }
  }

  @Test func overlongFilesAreRefused() throws {
    let bytes = ZoneFileParts().bytes + [UInt8](repeating: 0, count: 65_536)
    #expect(throws: ZoneError.corrupt("Test", .tooLong)) { try directory.zone(bytes) }
  }
}

extension ZoneTransition {
  fileprivate var words: String { "\(at.rfc3339) \(abbreviationAfter) \(offsetAfter)" }
}
