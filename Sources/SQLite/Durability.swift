import CSQLite
import Core
import Foundation

/// How durable a commit is here, and what it costs, as measured.
package struct Durability: Sendable, Equatable {
  /// SQLite's `synchronous`, as the writer's connection has it.
  package enum Synchronous: Int, Sendable, CaseIterable, Comparable {
    case off, normal, full, extra

    package var name: String { "\(self)" }
    package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
  }

  package let synchronous: Synchronous
  package let journalMode: String
  /// As the kernel calls it, such as `ext4`.
  package let fileSystem: String
  package let walBytes: Int
  /// Of a commit with one changed row, its fsync included: the middle one of a few.
  package let commit: Duration

  /// File systems whose other clients SQLite's shared memory cannot reach (sqlite.org/wal.html, section 1).
  package var isOnNetwork: Bool { ["nfs", "nfs4", "cifs", "smb3", "9p"].contains(fileSystem) }
}

extension Database {
  /// Looks and measures. It commits a few times.
  package func durability() throws -> Durability {
    var durations: [Duration] = []
    for _ in 0..<Self.commitsMeasured {
      let began = time.monotonic()
      // A page has to change for a commit to reach the disk.
      try writer.perform { transaction in
        let version = try transaction.connection.first("PRAGMA user_version") { $0.int(0) } ?? 0
        try transaction.connection.execute("PRAGMA user_version = \(version)")
      }
      durations.append(time.monotonic() - began)
    }
    let settings = try writer.perform { transaction in
      (
        synchronous: try transaction.connection.first("PRAGMA synchronous") { $0.int(0) } ?? 0,
        journal: try transaction.connection.first("PRAGMA journal_mode") { $0.string(0) } ?? ""
      )
    }
    return Durability(
      synchronous: Durability.Synchronous(rawValue: settings.synchronous) ?? .off,
      journalMode: settings.journal, fileSystem: Self.fileSystem(of: path),
      walBytes: Self.size(of: path + "-wal"), commit: durations.sorted()[durations.count / 2])
  }

  private static let commitsMeasured = 5

  /// The type of the mount under which the file lies, as the kernel lists it (proc(5), /proc/pid/mounts).
  private static func fileSystem(of path: String) -> String {
    let file = URL(filePath: path).standardizedFileURL.resolvingSymlinksInPath().path
    guard let table = FileManager.default.contents(atPath: "/proc/self/mounts") else {
      return "unknown"
    }
    var best = (length: -1, type: "unknown")
    for line in String(decoding: table, as: UTF8.self).split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count > 2 else { continue }
      let point = fields[1] == "/" ? "/" : fields[1] + "/"
      // A later mount over the same point hides the earlier one.
      if file.hasPrefix(point), point.count >= best.length {
        best = (point.count, String(fields[2]))
      }
    }
    return best.type
  }

  package static func size(of path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
  }
}
