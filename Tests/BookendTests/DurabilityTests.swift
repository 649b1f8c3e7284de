import Core
import Testing

@testable import SQLite
@testable import bookend

/// The program does not run with less than what it was told to promise.
struct DurabilityTests {
  private func objection(
    _ synchronous: Durability.Synchronous, on fileSystem: String = "ext4",
    wanting wanted: Durability.Synchronous = .full
  ) -> String? {
    Durability(
      synchronous: synchronous, journalMode: "wal", fileSystem: fileSystem, walBytes: 0,
      commit: .milliseconds(1)
    ).objection(to: "/data/bookend.db", wanting: wanted)
  }

  @Test(arguments: Durability.Synchronous.allCases, [Durability.Synchronous.full, .extra])
  func weakerSettingsStopTheStart(
    _ found: Durability.Synchronous, _ wanted: Durability.Synchronous
  ) {
    let words = objection(found, wanting: wanted)
    #expect((words == nil) == (found.rawValue >= wanted.rawValue))
    if let words { #expect(words.contains(found.name) && words.contains(wanted.name)) }
  }

  @Test(arguments: ["nfs4", "cifs", "9p"])
  func aFileSystemOfOtherMachinesStopsTheStart(_ fileSystem: String) {
    #expect(objection(.full, on: fileSystem)?.contains(fileSystem) == true)
    #expect(objection(.full) == nil)
  }
}
