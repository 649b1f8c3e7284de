import Foundation

/// Reads the write-ahead log as sqlite.org/fileformat2.html section 4 describes it: an independent witness
/// of how many commits were made.
struct WALFile {
  let bytes: [UInt8]

  init(of database: String) {
    bytes = FileManager.default.contents(atPath: database + "-wal").map { [UInt8]($0) } ?? []
  }

  /// Frames that carry the database's size after a commit; those of a log that has begun anew since, known
  /// by its other salt, do not count.
  var commits: Int {
    if bytes.count < 32 { return 0 }
    let pageSize = Int(number(at: 8))
    let salt = bytes[16..<24]
    var commits = 0
    var frame = 32
    while frame + 24 + pageSize <= bytes.count, bytes[(frame + 8)..<(frame + 16)] == salt {
      if number(at: frame + 4) != 0 { commits += 1 }
      frame += 24 + pageSize
    }
    return commits
  }

  /// Changes whenever the log begins anew; read alone, because the log may be long.
  static func salt(of database: String) -> Data? {
    guard let file = FileHandle(forReadingAtPath: database + "-wal") else { return nil }
    defer { try? file.close() }
    return try? file.read(upToCount: 32).map { $0.dropFirst(16).prefix(8) }
  }

  private func number(at offset: Int) -> UInt32 {
    bytes[offset..<(offset + 4)].reduce(0) { $0 << 8 | UInt32($1) }
  }
}
