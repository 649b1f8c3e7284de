import Core
import Foundation

extension Message {
  /// The whole mail: lines end in CRLF and none is longer than 78 octets. No value can add a header
  /// or a part.
  ///
  /// An invitation is the last alternative, which is the one that Gmail and Outlook take, and once
  /// more an attachment for programs that know neither.
  package var bytes: [UInt8] {
    let head = headers
    var alternatives = [
      part("text/plain; charset=UTF-8", quotedPrintable: plainText),
      part("text/html; charset=UTF-8", quotedPrintable: html),
    ]
    guard let invitation else {
      return Array(
        (head + multipart("alternative", alternatives)).joined(separator: "\r\n").utf8)
    }
    let method = invitation.method.rawValue
    alternatives.append(
      part("text/calendar; charset=UTF-8; method=\(method)", base64: invitation.text))
    let attachment = part(
      "application/ics; name=\"invite.ics\"", base64: invitation.text,
      ["Content-Disposition: attachment; filename=\"invite.ics\""])
    let body = multipart("mixed", [multipart("alternative", alternatives), attachment])
    return Array((head + body).joined(separator: "\r\n").utf8)
  }

  private var headers: [String] {
    var lines = [MailHeader.mailbox("From", from)]
    if let sender, sender.email != from.email { lines.append(MailHeader.mailbox("Sender", sender)) }
    if let replyTo { lines.append(MailHeader.mailbox("Reply-To", replyTo)) }
    lines += [
      MailHeader.mailbox("To", to), MailHeader.text("Subject", subject), "Date: \(date.mailDate)",
      "Message-ID: <\(id.text)>",
      // So that nobody's vacation answers us (RFC 3834 section 5).
      "Auto-Submitted: auto-generated",
    ]
    if let unsubscribe {
      lines.append("List-Unsubscribe:\r\n <mailto:\(unsubscribe.email.asPath)?subject=unsubscribe>")
    }
    return lines + ["MIME-Version: 1.0"]
  }

  /// The lines of a multipart. Its boundary holds `=_`, which neither quoted-printable nor base64
  /// can.
  private func multipart(_ subtype: String, _ parts: [[String]]) -> [String] {
    let boundary = "=_bookend_\(subtype)"
    var lines = ["Content-Type: multipart/\(subtype); boundary=\"\(boundary)\"", ""]
    for part in parts { lines += ["--\(boundary)"] + part }
    return lines + ["--\(boundary)--", ""]
  }

  private func part(_ type: String, quotedPrintable text: String) -> [String] {
    [
      "Content-Type: \(type)", "Content-Transfer-Encoding: quoted-printable", "",
      TransferEncoding.quotedPrintable(text),
    ]
  }

  private func part(_ type: String, base64 text: String, _ more: [String] = []) -> [String] {
    [
      "Content-Type: \(type)", "Content-Transfer-Encoding: base64",
    ] + more + ["", TransferEncoding.base64(text)]
  }
}

extension String {
  /// In a `mailto:` (RFC 6068 section 2); what mail addresses may hold and URLs may not.
  fileprivate var asPath: String {
    var path = ""
    for byte in utf8 {
      if byte.isAlphanumeric || "@.-_~!$'*+".utf8.contains(byte) {
        path.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        path += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return path
  }
}

extension Timestamp {
  /// `Tue, 10 Mar 2026 17:00:00 +0000` (RFC 5322 section 3.3).
  var mailDate: String {
    let local = LocalDateTime(self, offsetSeconds: 0)
    let time = [local.hour, local.minute, local.second].map(\.twoDigits).joined(separator: ":")
    let date = local.date
    return "\(date.weekdayName.prefix(3)), \(date.day) \(date.monthName.prefix(3)) \(date.year) "
      + "\(time) +0000"
  }
}
