import CCurl

/// What passes while a message is under way. libcurl's callbacks use it on the thread that called
/// `curl_easy_perform`.
final class SMTPTransfer {
  /// The server's last whole reply.
  private(set) var last: SMTPReply?
  /// The reply to the whole message.
  private(set) var verdict: SMTPReply?
  /// The server has said 354: go ahead.
  private(set) var isDataAsked = false

  let limit = TransferLimit()
  private var unsent: ArraySlice<UInt8>
  private var lines: [String] = []

  init(_ letter: SMTPLetter?) { unsent = (letter?.bytes ?? [])[...] }

  /// libcurl has taken the last byte, so that the dot that ends a message may be on its way.
  var isAllGiven: Bool { unsent.isEmpty }

  func take(line bytes: UnsafeRawBufferPointer) {
    let line = String(decoding: bytes, as: UTF8.self).trimmingLineBreak
    guard line.utf8.count >= 3, let code = Int(line.prefix(3)), (200...599).contains(code) else {
      return
    }
    let rest = line.dropFirst(3)
    if lines.count < SMTPTransfer.mostLines {
      lines.append(String(rest.dropFirst().prefix(SMTPTransfer.longestLine)))
    }
    if rest.first == "-" { return }
    let reply = SMTPReply(code: code, text: lines.joined(separator: "\n"))
    lines = []
    // After a refusal libcurl says QUIT, whose answer is about nothing else.
    if code == 221 { return }
    if isDataAsked { verdict = verdict ?? reply }
    if code == 354 { isDataAsked = true }
    last = reply
  }

  /// None of it is on its way.
  private(set) var isUntouched = true

  func give(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    isUntouched = false
    let piece = unsent.prefix(buffer.count)
    buffer.copyBytes(from: piece)
    unsent = unsent.dropFirst(piece.count)
    return piece.count
  }

  /// RFC 5321 section 4.5.3.1.5 gives a line 512 octets; an answer that goes on tells nothing more.
  private static let longestLine = 512
  private static let mostLines = 20
}

extension String {
  fileprivate var trimmingLineBreak: Substring {
    var rest = self[...]
    while let end = rest.last, end.isNewline { rest.removeLast() }
    return rest
  }
}

let takeReplyLine: curl_write_callback = { bytes, size, count, pointer in
  guard let bytes, let pointer else { return 0 }
  let transfer = Unmanaged<SMTPTransfer>.fromOpaque(pointer).takeUnretainedValue()
  transfer.take(line: UnsafeRawBufferPointer(start: bytes, count: size * count))
  return size * count
}

let giveMessage: curl_read_callback = { buffer, size, count, pointer in
  guard let buffer, let pointer else { return 0 }
  let transfer = Unmanaged<SMTPTransfer>.fromOpaque(pointer).takeUnretainedValue()
  // The server has asked for the message: the last moment at which nobody can have it yet.
  if transfer.isUntouched, transfer.limit.isOver { return Int(CURL_READFUNC_ABORT) }
  return transfer.give(into: UnsafeMutableRawBufferPointer(start: buffer, count: size * count))
}
