import Core
import Foundation
import Queue
import SQLite
import Store
import Synchronization

/// How large the write-ahead log becomes under writing without a pause: with nobody reading, with operators
/// reading at all times, and with one reader who keeps a snapshot open; and how soon it is small again.
func measureLog(seconds: Double, path: String) throws {
  let world = try BenchWorld(path: path)
  let alone = try grow(world, seconds)
  let isOver = Atomic(false)
  let ended = DispatchGroup()
  for _ in 0..<2 {
    ended.enter()
    Thread.detachNewThread {
      while !isOver.load(ordering: .relaxed) {
        do { _ = try world.list() } catch { fatalError("\(error)") }
      }
      ended.leave()
    }
  }
  let underReaders = try grow(world, seconds)
  isOver.store(true, ordering: .relaxed)
  ended.wait()

  let reader = try SQLiteConnection(path: path, access: .readOnly, busyTimeout: .seconds(5))
  try reader.run("BEGIN")
  _ = try reader.exists("SELECT 1 FROM jobs LIMIT 1")
  let pinned = try grow(world, seconds)
  try reader.run("COMMIT")
  let released = nanoseconds()
  var shrunkAfter = 0.0
  while world.store.walBytes() > 64 << 20 || shrunkAfter == 0 {
    _ = try grow(world, 0.05)
    shrunkAfter = Double(nanoseconds() - released) / 1e6
    if shrunkAfter > 20_000 { break }
  }
  let checked = Samples()
  try checked.time { _ = try world.store.miscounts() }
  world.close()
  let megabyte = Double(1 << 20)
  report(
    "log",
    [
      "aloneMegabytes": Double(alone.bytes) / megabyte,
      "underReadersMegabytes": Double(underReaders.bytes) / megabyte,
      "pinnedMegabytes": Double(pinned.bytes) / megabyte,
      "pinnedMegabytesPerSecond": Double(pinned.bytes - underReaders.bytes) / megabyte / seconds,
      "shrunkAfterMilliseconds": shrunkAfter,
      "unitsPerSecond": Double(alone.units) / seconds,
      "underReadersPerSecond": Double(underReaders.units) / seconds,
      "pinnedPerSecond": Double(pinned.units) / seconds,
      // The longest read of our own: the check of the counts, which walks over all jobs.
      "checkMilliseconds": checked.percentile(1) / 1000,
    ])
}

/// Enqueues, claims and finishes as fast as it goes; the log's largest size meanwhile.
private func grow(_ world: BenchWorld, _ seconds: Double) throws -> (bytes: Int, units: Int) {
  let end = nanoseconds() + UInt64(seconds * 1e9)
  var largest = 0
  var units = 0
  while nanoseconds() < end {
    try world.enqueue(
      (0..<64).map { world.job(.invitation, booking: "bkg_log\($0)", isSequenced: false) })
    let claimed = try world.claim(64)
    world.finish(claimed)
    units += claimed.count
    largest = max(largest, world.store.walBytes())
  }
  return (largest, units)
}
