import Core
import Crypto
import Foundation

/// The folder that holds everything of an installation, and the secrets in it: each a file of its own that
/// only its owner can read, made the first time it is asked for.
struct DataFolder: Sendable {
  let path: String

  init(_ path: String) throws {
    self.path = path
    try FileManager.default.createDirectory(
      atPath: "\(path)/keys", withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
  }

  var database: String { "\(path)/bookend.db" }
  var locks: String { "\(path)/locks" }
  var outbox: String { "\(path)/outbox" }
  var apiKey: String { "\(path)/api-key" }

  /// Signs the tokens in guests' links: who loses it invalidates them all.
  func tokenKey() throws -> Redacted<[UInt8]> { try secret("keys/tokens") }

  /// The file of the keys that seal the passwords and tokens of calendar accounts.
  func sealingKeyFile() throws -> String {
    _ = try makeSecret("keys/seal")
    return "\(path)/keys/seal"
  }

  /// 32 random bytes, in hexadecimal.
  private func secret(_ name: String) throws -> Redacted<[UInt8]> {
    let file = try makeSecret(name)
    let text = try String(contentsOfFile: file, encoding: .utf8)
    guard let bytes = bytes(ofHexadecimal: text.filter { $0 != "\n" }), bytes.count == 32 else {
      throw CommandRefusal(.unavailable, "\(file) does not hold 32 bytes in hexadecimal")
    }
    return Redacted(bytes)
  }

  private func makeSecret(_ name: String) throws -> String {
    let file = "\(path)/\(name)"
    if !FileManager.default.fileExists(atPath: file) {
      try writePrivately(hexadecimal(try secureRandomBytes(32)) + "\n", to: file)
    }
    return file
  }

  /// Writes a file that only its owner can read, whole or not at all. One that is there already stays: two
  /// processes that start at once end with the same secret.
  func writePrivately(_ text: String, to file: String) throws {
    let temporary = "\(file).\(getpid())"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure(temporary) }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    try handle.write(contentsOf: Data(text.utf8))
    try handle.synchronize()
    defer { unlink(temporary) }
    if link(temporary, file) != 0, errno != EEXIST { throw failure(file) }
  }

  private func failure(_ file: String) -> CommandRefusal {
    CommandRefusal(.unavailable, "cannot write \(file): \(String(cString: strerror(errno)))")
  }
}
