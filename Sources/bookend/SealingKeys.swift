import Core
import Crypto
import Foundation
import Synchronization

/// The keys under which passwords and tokens are sealed, as their file has them: the first line seals, every
/// line opens. The file is looked at before each use, so that another process can change it while this one
/// runs: nothing is sealed under a key that has gone.
final class SealingKeys: Sendable {
  let path: String
  private let held: Mutex<(stamp: Stamp, keyring: Keyring)>

  /// Throws where the file cannot be read or holds something else.
  init(path: String) throws {
    self.path = path
    held = Mutex(try SealingKeys.read(path))
  }

  func seal(_ plaintext: some Sequence<UInt8>, for connection: String) throws -> [UInt8] {
    try current().seal(plaintext, context: connection.utf8)
  }

  func open(_ sealed: [UInt8], for connection: String) throws -> [UInt8] {
    try current().open(sealed, context: connection.utf8)
  }

  func needsResealing(_ sealed: [UInt8]) throws -> Bool { try current().needsResealing(sealed) }

  private func current() throws -> Keyring {
    try held.withLock { held in
      // A file that cannot be looked at just now says nothing about the keys at hand.
      if let stamp = Stamp(of: path), stamp != held.stamp { held = try SealingKeys.read(path) }
      return held.keyring
    }
  }

  private static func read(_ path: String) throws -> (Stamp, Keyring) {
    guard let stamp = Stamp(of: path) else {
      throw CommandRefusal(.unavailable, "\(path) cannot be read")
    }
    let keys = try keys(in: path)
    return (stamp, Keyring(current: keys[0], previous: Array(keys.dropFirst())))
  }

  /// At least one.
  static func keys(in path: String) throws -> [EncryptionKey] {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw CommandRefusal(.unavailable, "\(path) cannot be read")
    }
    let lines = text.split(whereSeparator: \.isWhitespace)
    let keys = lines.compactMap { bytes(ofHexadecimal: $0).flatMap { try? EncryptionKey($0) } }
    guard keys.count == lines.count, !keys.isEmpty else {
      throw CommandRefusal(
        .unavailable, "\(path) does not hold keys of 32 bytes in hexadecimal, one a line")
    }
    return keys
  }
}

/// What changes when somebody writes the file.
private struct Stamp: Equatable, Sendable {
  let file: UInt64
  let size: Int64
  let seconds: Int
  let nanoseconds: Int

  init?(of path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    file = UInt64(status.st_ino)
    size = Int64(status.st_size)
    seconds = status.st_mtim.tv_sec
    nanoseconds = status.st_mtim.tv_nsec
  }
}

func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  bytes.map { byte in
    let digits = String(byte, radix: 16)
    return digits.count == 2 ? digits : "0" + digits
  }.joined()
}

/// Nil for anything but pairs of hexadecimal digits.
func bytes(ofHexadecimal text: some StringProtocol) -> [UInt8]? {
  let digits = text.unicodeScalars.map { Character($0).hexDigitValue }
  guard digits.count.isMultiple(of: 2) else { return nil }
  var bytes: [UInt8] = []
  for index in stride(from: 0, to: digits.count, by: 2) {
    guard let high = digits[index], let low = digits[index + 1] else { return nil }
    bytes.append(UInt8(high * 16 + low))
  }
  return bytes
}
