import Core
import Foundation
import TestSupport

extension TemporaryFolder {
  /// Copies the database as a power failure leaves it: all that was committed, and behind the log's last
  /// commit what was being written, half of it: noise, or frames whose sums do not fit.
  func copyDatabase(to other: TemporaryFolder, tornBy randomness: Randomness) throws {
    let files = FileManager.default
    try files.copyItem(atPath: file("bookend.db"), toPath: other.file("bookend.db"))
    guard var log = files.contents(atPath: file("bookend.db-wal")), !log.isEmpty else { return }
    let length = 1 + Int(randomness.next() % 9000)
    if randomness.next() % 2 == 0 {
      log.append(contentsOf: randomness.bytes(length))
    } else {
      // The header is 32 bytes: sqlite.org/fileformat2.html#walformat.
      log.append(log.dropFirst(32).prefix(length))
    }
    try log.write(to: URL(filePath: other.file("bookend.db-wal")))
  }
}
