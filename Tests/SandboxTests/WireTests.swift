import Core
import Testing

@testable import Sandbox

@Suite struct WireTests {
  @Test(arguments: [
    ("2027-01-15T10:00", 36_000), ("2027-01-15T10:00:30", 36_030),
    ("2027-01-15T10:00:30.0000000", 36_030), ("2027-01-15T00:00:00", 0),
  ])
  func aLocalTimeIsRead(_ text: String, _ second: Int) throws {
    let local = try #require(LocalDateTime(wireText: text))
    #expect(local.date.description == "2027-01-15")
    #expect(local.secondOfDay == second)
  }

  @Test(arguments: [
    "2027-01-15", "2027-01-15T10", "2027-01-15T10:00Z", "2027-01-15T10:00:00+01:00",
    "2027-01-15T24:00", "2027-01-15T10:60", "2027-02-30T10:00", "2027-01-15T1:00", "",
    "2027-01-15T10:00:00.12x",
  ])
  func whatIsNoLocalTimeIsNotRead(_ text: String) {
    #expect(LocalDateTime(wireText: text) == nil)
  }

  @Test func instantsAreWrittenInAZone() throws {
    let zones = ZoneDatabase()
    let instant = try #require(Timestamp(rfc3339: "2027-07-01T12:00:00Z"))
    #expect(Zone.utc.rfc3339(instant) == "2027-07-01T12:00:00Z")
    #expect(try zones.zone("Europe/Berlin").rfc3339(instant) == "2027-07-01T14:00:00+02:00")
    #expect(try zones.zone("America/New_York").rfc3339(instant) == "2027-07-01T08:00:00-04:00")
    #expect(try zones.zone("Asia/Kathmandu").rfc3339(instant) == "2027-07-01T17:45:00+05:45")
    #expect(httpDate(instant) == "Thu, 01 Jul 2027 12:00:00 GMT")
    #expect(instant.googleText == "2027-07-01T12:00:00.000Z")
    #expect(instant.graphText == "2027-07-01T12:00:00.0000000Z")
  }

  @Test func everyWindowsZoneIsInstalled() {
    let zones = ZoneDatabase()
    for (windows, name) in windowsZones {
      #expect((try? zones.zone(name)) != nil, "\(windows)")
    }
  }

  @Test func aPatchMergesObjectsReplacesArraysAndDeletesByNull() {
    let document: JSON = ["a": ["b": 1, "c": 2], "d": [1, 2], "e": "x"]
    let patch: JSON = ["a": ["b": .null, "f": 3], "d": [9], "e": .null, "g": ["h": .null]]
    #expect(document.merged(with: patch) == ["a": ["c": 2, "f": 3], "d": [9], "g": [:]])
  }

  @Test func whatNeedsItIsPercentEncoded() {
    #expect(percentEncoded("a b/ü~-._=") == "a%20b%2F%C3%BC~-._%3D")
  }

  @Test func onlyThisMachineIsReached() {
    for url in ["http://127.0.0.1:80/x", "https://localhost", "http://[::1]:8080/x"] {
      #expect(Courier.reaches(url), "\(url)")
    }
    for url in [
      "http://127.0.0.1.example.com/", "http://localhost@example.com/", "http://example.com/",
      "ftp://127.0.0.1/", "127.0.0.1", "http://127.0.0.10/", "http://127.0.0.1@example.com",
    ] {
      #expect(!Courier.reaches(url), "\(url)")
    }
  }

  @Test func aVerifierFitsItsChallengeOnly() {
    // RFC 7636 appendix B.
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    #expect(verifies(verifier, challenge))
    #expect(!verifies(verifier + "x", challenge))
    #expect(!verifies(nil, challenge))
    #expect(!verifies("short", challenge))
    #expect(verifies(nil, nil))
  }

  @Test func blocksThatMeetAreOne() throws {
    let at = { (minute: Int) in Timestamp(seconds: Int64(minute * 60)) }
    let merged = mergedBlocks([
      (at(30), at(40)), (at(0), at(10)), (at(10), at(20)), (at(35), at(38)), (at(50), at(50)),
    ])
    #expect(merged.map { $0.0 } == [at(0), at(30)])
    #expect(merged.map { $0.1 } == [at(20), at(40)])
  }

  @Test func aLedgerForgetsItsOldestWhenItIsFull() {
    var ledger: [Int] = []
    for number in 0...100_000 { ledger.append(record: number) }
    #expect(ledger.count == 90_001)
    #expect(ledger.first == 10_000)
    #expect(ledger.last == 100_000)
  }
}
