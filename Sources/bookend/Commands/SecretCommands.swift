import Core
import Crypto
import Foundation
import Store

/// `bookend secrets …`: changes the key that seals passwords and tokens, while servers run. They look at the
/// key's file before each use, so that a new key is in use everywhere as soon as it is written.
struct SecretCommands {
  private let configuration: Configuration
  private let command: ParsedCommand

  init(_ configuration: Configuration, _ command: ParsedCommand) {
    self.configuration = configuration
    self.command = command
  }

  /// A new key comes first in the file and seals from now on, beginning with what is there; the older ones
  /// stay to open what a server is just writing.
  func rotate() throws -> ExitCode {
    try Installation.with(configuration) { installation in
      try locked(installation) {
        let path = installation.keys.path
        let keys = try SealingKeys.keys(in: path)
        try write([try EncryptionKey.random()] + keys, to: path)
        tell(try resealAll(installation), keys: keys.count + 1)
        return .success
      }
    }
  }

  func reseal() throws -> ExitCode {
    try Installation.with(configuration) { installation in
      try locked(installation) {
        let path = installation.keys.path
        let count = try resealAll(installation)
        var keys = try SealingKeys.keys(in: path)
        if command.flags.contains("--drop-old"), keys.count > 1 {
          let old = try installation.store.sealedRows().filter {
            try installation.keys.needsResealing($0.sealed)
          }
          guard old.isEmpty else {
            throw CommandRefusal("\(old.count) secrets are still sealed under an older key")
          }
          keys = [keys[0]]
          try write(keys, to: path)
        }
        tell(count, keys: keys.count)
        return .success
      }
    }
  }

  /// Returns how many secrets were sealed anew.
  private func resealAll(_ installation: Installation) throws -> Int {
    var count = 0
    for row in try installation.store.sealedRows()
    where try installation.keys.needsResealing(row.sealed) {
      let connection = row.connection.text
      let plaintext = try installation.keys.open(row.sealed, for: connection)
      // Who has changed it meanwhile has sealed it under the new key.
      if try installation.store.reseal(
        row, as: try installation.keys.seal(plaintext, for: connection))
      {
        count += 1
      }
    }
    return count
  }

  /// Whole or not at all, and never readable by others.
  private func write(_ keys: [EncryptionKey], to path: String) throws {
    let temporary = "\(path).\(getpid())"
    let text = keys.map { hexadecimal($0.reveal()) + "\n" }.joined()
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure(path) }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    defer { unlink(temporary) }
    try handle.write(contentsOf: Data(text.utf8))
    try handle.synchronize()
    guard rename(temporary, path) == 0 else { throw failure(path) }
    // The name has to survive a power cut as well as the bytes.
    let folder = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_CLOEXEC)
    if folder >= 0 {
      fsync(folder)
      close(folder)
    }
  }

  /// Two of these commands at once would each lose the other's key.
  private func locked<Value>(
    _ installation: Installation, _ body: () throws -> Value
  ) throws -> Value {
    let path = "\(installation.folder.locks)/secrets.lock"
    let lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard lock >= 0 else { throw failure(path) }
    defer { close(lock) }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      throw CommandRefusal("another command is changing the keys")
    }
    return try body()
  }

  private func failure(_ path: String) -> CommandRefusal {
    CommandRefusal(
      .unavailable,
      "cannot write \(path): \(String(cString: strerror(errno))). Where another program keeps the file, "
        + "add a line with a new key before the others there, and then: bookend secrets reseal")
  }

  private func tell(_ count: Int, keys: Int) {
    if command.flags.contains("--json") {
      Output.json {
        $0.object {
          $0.field("resealed", count)
          $0.field("keys", keys)
        }
      }
    } else {
      Output.line("sealed anew: \(count); keys in the file: \(keys)")
    }
  }
}
