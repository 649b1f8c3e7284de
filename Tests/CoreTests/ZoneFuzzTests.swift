import Core
import Foundation
import Testing

/// Damaged files throw or give some zone; they never end the process.
struct ZoneFuzzTests {
  private static let names = [
    "Europe/Berlin", "Africa/Casablanca", "Australia/Lord_Howe", "Asia/Gaza",
  ]

  @Test(arguments: names)
  func everyTruncationThrows(name: String) throws {
    let bytes = try contents(name)
    let directory = try ZoneDirectory()
    for length in stride(from: 0, to: bytes.count, by: 17) {
      #expect(throws: ZoneError.self) { try directory.zone(Array(bytes.prefix(length))) }
    }
  }

  @Test(arguments: names, 1...4)
  func damageNeverTraps(name: String, seed: Int) throws {
    let bytes = try contents(name)
    let randomness = Randomness(seed: UInt64(seed))
    let directory = try ZoneDirectory()
    var sound = 0
    for _ in 0..<60 {
      var damaged = bytes
      for _ in 0...(randomness.next() % 4) {
        // Half of it falls on headers and the footer, which decide most.
        let index = Int(randomness.next() % UInt64(damaged.count))
        let near = randomness.next() % 2 == 0 ? index : damaged.count - 1 - index % 40
        damaged[near] = UInt8(truncatingIfNeeded: randomness.next())
      }
      guard let zone = try? directory.zone(damaged) else { continue }
      sound += 1
      walk(zone, randomness)
    }
    #expect(sound > 0, "some damage must pass, or this tries nothing; seed \(seed)")
  }

  private func walk(_ zone: Zone, _ randomness: Randomness) {
    var moment = Timestamp(seconds: -1 << 40)
    for _ in 0..<40 {
      guard let next = zone.nextTransition(after: moment) else { break }
      #expect(next.at > moment)
      moment = next.at
    }
    for _ in 0..<40 {
      // Years 0 to 9999.
      let seconds = Int64(randomness.next() % 315_537_897_600) - 62_135_596_800
      let reading = zone.local(at: Timestamp(seconds: seconds))
      _ = zone.instant(of: reading)
      _ = zone.instantKeepingOffset(of: reading)
      _ = zone.abbreviation(at: Timestamp(seconds: seconds))
    }
  }

  private func contents(_ name: String) throws -> [UInt8] {
    Array(
      try Data(contentsOf: URL(fileURLWithPath: "\(ZoneDatabase.systemDirectory)/\(name)")))
  }
}
