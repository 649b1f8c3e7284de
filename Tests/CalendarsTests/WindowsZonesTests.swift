import Core
import Testing

@testable import Calendars

struct WindowsZonesTests {
  let zones = ZoneDatabase()

  @Test(arguments: [
    ("Europe/Berlin", "W. Europe Standard Time"), ("Europe/Kyiv", "FLE Standard Time"),
    ("Asia/Kolkata", "India Standard Time"), ("America/New_York", "Eastern Standard Time"),
    ("America/Nuuk", "Greenland Standard Time"), ("UTC", "UTC"),
  ])
  func windowsNames(_ iana: String, _ windows: String) {
    #expect(WindowsZones.windowsName(ofIANA: iana) == windows)
  }

  @Test(arguments: [
    ("W. Europe Standard Time", "Europe/Berlin"), ("GMT Standard Time", "Europe/London"),
    ("Eastern Standard Time", "America/New_York"), ("Tokyo Standard Time", "Asia/Tokyo"),
    ("Europe/Paris", "Europe/Paris"), ("tzone://Microsoft/Utc", "UTC"),
  ])
  func outlookNames(_ name: String, _ iana: String) {
    #expect(zones.outlookZone(name)?.name == iana)
  }

  @Test(arguments: [
    "Customized Time Zone", "tzone://Microsoft/Custom", "", "Nowhere Standard Time", "../../etc",
  ])
  func strangeNames(_ name: String) {
    #expect(WindowsZones.windowsName(ofIANA: name) == nil)
    #expect(zones.outlookZone(name) == nil)
  }

  @Test("every zone is written so that it is read as the same instant, or in UTC")
  func everyZoneReadsBack() throws {
    var written = 0
    for name in zones.names {
      let zone = try zones.zone(name)
      for month in 1...12 {
        let instant = try time("2027-\(month < 10 ? "0" : "")\(month)-15T09:00:00Z")
        guard let text = zones.outlookTime(instant, zone) else { continue }
        written += 1
        let read = try #require(zones.outlookZone(text.timeZone))
        let local = try #require(Timestamp(rfc3339: text.dateTime + "Z"))
        #expect(read.instant(of: LocalDateTime(local, offsetSeconds: 0)) == instant, "\(name)")
      }
    }
    #expect(written > 3000)
  }

  @Test("where Windows' zone has another law than tzdata's, the time is written in UTC")
  func vancouver() throws {
    let vancouver = try zones.zone("America/Vancouver")
    let losAngeles = try zones.zone("America/Los_Angeles")
    let winter = try time("2027-01-15T18:00:00Z")
    try #require(vancouver.offsetSeconds(at: winter) != losAngeles.offsetSeconds(at: winter))
    #expect(zones.outlookTime(winter, vancouver) == nil)
    #expect(zones.outlookTime(winter, losAngeles)?.dateTime == "2027-01-15T10:00:00")
  }

  @Test("the second of two hours that clocks show twice is written in UTC")
  func twiceShown() throws {
    let berlin = try zones.zone("Europe/Berlin")
    #expect(
      zones.outlookTime(try time("2027-10-31T00:30:00Z"), berlin)?.dateTime
        == "2027-10-31T02:30:00")
    #expect(zones.outlookTime(try time("2027-10-31T01:30:00Z"), berlin) == nil)
  }
}
