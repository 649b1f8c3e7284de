import Bookings
import Core
import Queue

/// A booking as JSON, for guests and agents alike.
struct BookingJSON: Sendable {
  enum Reader: Sendable {
    /// Reads `needsOwner` as `pending`, with the reason in words: to a guest it is the same wait.
    case guest
    /// The host's side, which has to act on it.
    case agent
    /// The host's side, under a key that must not change bookings: their URLs would let it.
    case agentWithoutURL
  }

  private let parts: WebParts

  init(_ parts: WebParts) { self.parts = parts }

  /// One booking as a document of its own.
  func document(
    _ booking: Booking, for reader: Reader, history: [BookingHistoryEntry]? = nil
  ) -> [UInt8] {
    let kept = document(booking, for: reader) { writer in
      guard let history else { return }
      writer.array("history", history) { writer, entry in
        writer.object { $0.write(entry, for: reader) }
      }
    }
    return answer(kept, for: booking.id)
  }

  /// The body of the 202, as it is kept under the idempotency key: see `TokenPlace`.
  func accepted(_ booking: Booking, for reader: Reader) -> @Sendable (JobID) -> [UInt8] {
    let document = document(booking, for: reader) { _ in }
    return { job in
      var body = document
      body.removeLast()
      body += #","job":{"id":"\#(job)","state":"\#(JobState.available.rawValue)"}}"#.utf8
      return body
    }
  }

  /// A kept body as it is sent.
  func answer(_ kept: [UInt8], for booking: BookingID) -> [UInt8] {
    TokenPlace.filled(kept, with: parts.tokens.token(for: booking))
  }

  /// The members of an element in a list.
  func write(_ booking: Booking, for reader: Reader, to writer: inout JSONWriter) {
    if reader != .agentWithoutURL {
      writer.field("url", manageURL + parts.tokens.token(for: booking.id))
    }
    writer.write(booking, for: reader)
  }

  private func document(
    _ booking: Booking, for reader: Reader, more: (inout JSONWriter) -> Void
  ) -> [UInt8] {
    var writer = JSONWriter(reservingBytes: 768)
    writer.object {
      $0.write(booking, for: reader)
      more(&$0)
    }
    if reader == .agentWithoutURL { return writer.bytes }
    // The URL is the first member, so that its token's place is known.
    var bytes = opening
    bytes.reserveCapacity(bytes.count + writer.bytes.count + 80)
    bytes.append(TokenPlace.mark)
    bytes += [UInt8(ascii: "\""), UInt8(ascii: ",")]
    bytes += writer.bytes.dropFirst()
    return bytes
  }

  /// Everything before the token. The server's address may be known only once it listens, which is after
  /// this was made.
  private var opening: [UInt8] {
    var writer = JSONWriter(reservingBytes: 64)
    writer.object { $0.field("url", manageURL) }
    return writer.bytes.dropLast(2)
  }

  private var manageURL: String { parts.publicURL + "/r/" }
}

/// Where the token belongs in a body that is kept. A repeated request gets the first answer's bytes
/// again, from the database; the token in them is a capability, which the database must never hold.
/// So the kept bytes have a NUL in its place, a byte that JSON text cannot contain (RFC 8259
/// section 7 has it escaped), and the token, which its booking's id and the server's key make anew
/// each time, is put there on sending.
enum TokenPlace {
  static let mark: UInt8 = 0

  static func filled(_ kept: [UInt8], with token: String) -> [UInt8] {
    guard let place = kept.firstIndex(of: mark) else { return kept }
    var body = kept
    body.replaceSubrange(place...place, with: token.utf8)
    return body
  }
}

extension JSONWriter {
  fileprivate mutating func write(_ booking: Booking, for reader: BookingJSON.Reader) {
    let details = booking.details
    field("id", booking.id)
    field("state", booking.state.word(for: reader))
    field("start", booking.time.start)
    field("end", booking.time.end)
    if let requested = booking.requestedTime {
      field("requestedStart", requested.start)
      field("requestedEnd", requested.end)
    }
    field("timeZone", details.guestTimeZone)
    field("durationMinutes", Int(booking.time.duration.wholeMilliseconds / 60_000))
    field("title", details.title)
    field("location", details.location)
    object("guest") {
      $0.field("name", details.guest.name)
      $0.field("email", details.guest.email)
    }
    field("reason", booking.reason ?? booking.state.reason(for: reader))
    field("revision", booking.revision)
    field("link", booking.link)
  }

  fileprivate mutating func write(
    _ entry: BookingHistoryEntry, for reader: BookingJSON.Reader
  ) {
    field("at", entry.at)
    field("change", entry.change.rawValue)
    field("state", entry.state.word(for: reader))
    field("start", entry.time.start)
    field("end", entry.time.end)
    field("reason", entry.reason)
  }
}

extension BookingState {
  func word(for reader: BookingJSON.Reader) -> String {
    self == .needsOwner && reader == .guest ? BookingState.pending.rawValue : rawValue
  }

  fileprivate func reason(for reader: BookingJSON.Reader) -> String? {
    guard self == .needsOwner, reader == .guest else { return nil }
    return "The host has to connect the calendar again. Your time is kept until then."
  }
}
