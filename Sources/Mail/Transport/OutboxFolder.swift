import Foundation

/// Delivers by writing each message as an `.eml` file into a folder, for somebody or something to
/// pick up.
///
/// A file that is there is complete: it is written beside its place, synced, and moved there, and
/// the folder is synced before `send` returns. Its name comes from the Message-ID, so that the same
/// message sent again is the same file. Files are for their owner's eyes alone (mode 0600), the
/// folder too if it is made here.
package struct OutboxFolder: MailTransport {
  package let path: String

  package init(path: String) { self.path = path }

  /// Throws `transient`: whatever keeps a folder from taking a file can be mended by its owner.
  package func send(_ message: Message) throws(MailError) -> Handover {
    if mkdir(path, 0o700) != 0, errno != EEXIST { throw OutboxFolder.failure(errno) }
    let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw OutboxFolder.failure(errno) }
    defer { close(folder) }

    let temporary = try write(message.bytes)
    guard rename(temporary, "\(path)/\(message.id.fileName).eml") == 0 else {
      let code = errno
      unlink(temporary)
      throw OutboxFolder.failure(code)
    }
    guard fsync(folder) == 0 else { throw OutboxFolder.failure(errno) }
    return Handover(answer: "written to the outbox folder")
  }

  /// Writes a new file under a name that no reader of `.eml` files takes up, and returns its path.
  /// After an error no such file is left.
  private func write(_ bytes: [UInt8]) throws(MailError) -> String {
    var template = Array("\(path)/.unfinished.XXXXXX".utf8CString)
    // mkstemp gives mode 0600.
    let file = mkstemp(&template)
    guard file >= 0 else { throw OutboxFolder.failure(errno) }
    let temporary = String(
      decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    var code = OutboxFolder.write(bytes, to: file)
    if code == 0, fsync(file) != 0 { code = errno }
    if close(file) != 0, code == 0 { code = errno }
    guard code == 0 else {
      unlink(temporary)
      throw OutboxFolder.failure(code)
    }
    return temporary
  }

  /// Zero, or the errno that stopped it.
  private static func write(_ bytes: [UInt8], to file: Int32) -> Int32 {
    bytes.withUnsafeBytes { buffer in
      var rest = buffer[...]
      while !rest.isEmpty {
        let count = Foundation.write(
          file, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count < 0 {
          if errno == EINTR { continue }
          return errno
        }
        rest = rest.dropFirst(count)
      }
      return 0
    }
  }

  static func failure(_ code: Int32) -> MailError {
    .transient(reason: "outbox folder: \(String(cString: strerror(code)))")
  }
}
