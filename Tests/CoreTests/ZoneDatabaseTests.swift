import Core
import Foundation
import Testing

struct ZoneDatabaseTests {
  @Test(arguments: [
    "", "..", "../zoneinfo/Europe/Berlin", "Europe/../Europe/Berlin", "/usr/share/zoneinfo/UTC",
    "Europe/Berlin\0", "Europe/Berlin ", "Europe//Berlin", "Europe/", "/Berlin", "Europe", ".",
    "tzdata.zi", "zone.tab", "leapseconds", "posix/Europe/Berlin", "right/Europe/Berlin",
    "localtime", "posixrules", "Factory", "Europe/Atlantis", "europe/berlin", "Europe/Zürich",
    "W. Europe Standard Time", String(repeating: "a", count: 65),
  ])
  func namesThatAreNone(name: String) {
    #expect(throws: ZoneError.unknown(name)) { try ZoneDatabase().zone(name) }
  }

  @Test(arguments: ["Europe/Berlin", "Etc/GMT+5", "America/Argentina/ComodRivadavia", "GMT"])
  func namesThatAre(name: String) throws {
    #expect(try ZoneDatabase().zone(name).name == name)
  }

  @Test func theVersionIsThatOfTheRules() throws {
    let directory = try ZoneDirectory()
    #expect(ZoneDatabase(directory: directory.path).version == "unknown")
    try directory.write("tzdata.zi", Array("# version 2026f\n# redo posix_only\n".utf8))
    #expect(ZoneDatabase(directory: directory.path).version == "2026f")
    try directory.write("tzdata.zi", Array("R Algeria 1916 o - Jun 14 23s 1 S\n".utf8))
    #expect(ZoneDatabase(directory: directory.path).version == "unknown")
  }

  @Test func utcNeedsNoFiles() throws {
    let zones = ZoneDatabase(directory: "/nowhere")
    for name in ["UTC", "Etc/UTC"] {
      let zone = try zones.zone(name)
      #expect(zone.name == name)
      #expect(zone.offsetSeconds(at: Timestamp(seconds: 1_800_000_000)) == 0)
    }
    #expect(throws: ZoneError.unknown("Europe/Berlin")) { try zones.zone("Europe/Berlin") }
  }

  /// A process has one opinion of a zone, whatever happens to the files below it.
  @Test func aZoneOnceReadIsKept() throws {
    let directory = try ZoneDirectory()
    try directory.write("Test", ZoneFileParts(types: [(3600, 0, 0)]).bytes)
    let zones = ZoneDatabase(directory: directory.path)
    #expect(try zones.zone("Test").offsetSeconds(at: Timestamp(seconds: 0)) == 3600)
    try directory.write("Test", [])
    #expect(try zones.zone("Test").offsetSeconds(at: Timestamp(seconds: 0)) == 3600)
    #expect(throws: ZoneError.unknown("Test")) {
      try ZoneDatabase(directory: directory.path).zone("Test")
    }
  }

  /// All that is installed can be read: a zone that we refuse is a host who cannot have a link.
  @Test func everyInstalledZoneIsRead() throws {
    let table = try String(
      contentsOfFile: "\(ZoneDatabase.systemDirectory)/zone1970.tab", encoding: .utf8)
    let names = table.split(separator: "\n").filter { !$0.hasPrefix("#") }
      .compactMap { $0.split(separator: "\t").dropFirst(2).first.map(String.init) }
    #expect(names.count > 300)
    let zones = ZoneDatabase()
    for name in names {
      #expect(throws: Never.self, "\(name)") { try zones.zone(name) }
    }
  }
}
