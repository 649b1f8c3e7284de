import Core
import ICalendar

/// What a guest's program answers to an invitation, as it came by mail (iMIP, RFC 6047).
///
/// Reading it is strict wherever two readers could differ: a mail that was checked on its way (DKIM, DMARC) has
/// to mean here what it meant there.
package struct IncomingReply: Equatable, Sendable {
  /// Bounds on what a stranger's mail may make us do.
  package enum Limit {
    /// Answers have some kilobytes; some programs add pictures to a signature.
    package static let bytes = 5 << 20
    /// Of the part that holds the answer, as it came.
    static let partBytes = 1 << 20
    static let fields = 1000
    static let parts = 100
    static let depth = 10
  }

  /// The mail's one author, in lower case. Nothing here proves that it is true.
  package let sender: String
  package let reply: GuestReply

  package init(sender: String, reply: GuestReply) {
    self.sender = sender.lowercased()
    self.reply = reply
  }

  /// Throws for a mail that holds no answer, or two different ones: the same one may stand there several
  /// times, as an alternative to the text and as an attachment.
  package init(_ bytes: [UInt8], zones: ZoneDatabase) throws(IncomingMailError) {
    guard bytes.count <= Limit.bytes else { throw .tooLarge }
    let mail = try MailPart(bytes[...].droppingEnvelopeLine)
    var replies: [GuestReply] = []
    for part in try mail.leaves() {
      guard let reply = try part.reply(zones), !replies.contains(reply) else { continue }
      replies.append(reply)
    }
    guard let reply = replies.first else { throw .noReply(isAutomatic: try mail.isAutomatic()) }
    guard replies.count == 1 else { throw .malformed("it holds answers that differ") }
    guard let author = try mail.single("from") else { throw .malformed("it names no sender") }
    sender = try HeaderWords.address(in: author)
    self.reply = reply
  }
}

extension MailPart {
  /// Nil where the part is none, or calendar text of another kind.
  fileprivate func reply(_ zones: ZoneDatabase) throws(IncomingMailError) -> GuestReply? {
    let type = try contentType()
    guard type.name == "text/calendar" || type.name == "application/ics",
      type.parameters["method"].map({ $0.lowercased() == "reply" }) ?? true
    else { return nil }
    let text = try text()
    do throws(ICalendarError) {
      // An invitation that is quoted, another proposal, somebody's task.
      let method = try Component.read(text).first?.first("METHOD")?.value
      guard method?.uppercased() == "REPLY" else { return nil }
      return try GuestReply(text, zones: zones)
    } catch .notAnEventMessage, .eventMissing {
      return nil
    } catch {
      throw .malformed("its calendar part is broken")
    }
  }

  /// RFC 3834 section 5, RFC 3464; and mail that bounces comes from nobody (RFC 5321 section 4.5.5).
  fileprivate func isAutomatic() throws(IncomingMailError) -> Bool {
    if try contentType().name == "multipart/report" { return true }
    return fields.contains { field in
      let value = field.value.lowercased()
      return switch field.name {
      case "auto-submitted": value.contains("auto")
      case "precedence": ["bulk", "junk", "list"].contains { value.contains($0) }
      case "return-path": value.contains("<>")
      default: false
      }
    }
  }
}

extension ArraySlice<UInt8> {
  /// Without the line that some mailers put before a mail that they pipe: `From alex@example.com Sat Nov 28 …`.
  fileprivate var droppingEnvelopeLine: ArraySlice<UInt8> {
    guard starts(with: "From ".utf8), let end = firstIndex(of: 0x0A) else { return self }
    return self[(end + 1)...]
  }
}
