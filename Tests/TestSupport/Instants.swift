import Core

/// The instant that `text` names in RFC 3339; text that names none is a mistake in the test.
package func instant(_ text: String) -> Timestamp {
  guard let instant = Timestamp(rfc3339: text) else { fatalError("no instant: \(text)") }
  return instant
}
