import Bookings
import Core

extension Connection {
  /// An account as its host and agents see it, with its calendars. Nothing of its secrets is known here.
  func write(to writer: inout JSONWriter, calendars: [Calendar], trouble: String?) {
    writer.field("id", id)
    writer.field("host", host)
    writer.field("provider", provider.rawValue)
    writer.field("name", name)
    if !url.isEmpty { writer.field("url", url) }
    if !username.isEmpty { writer.field("username", username) }
    writer.field("state", state.rawValue)
    if let trouble { writer.field("problem", trouble) }
    writer.array("calendars", calendars) { writer, calendar in
      writer.object { calendar.write(to: &$0) }
    }
    writer.field("createdAt", createdAt)
  }

  func json(calendars: [Calendar], trouble: String? = nil) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { write(to: &$0, calendars: calendars, trouble: trouble) }
    return writer.bytes
  }
}

extension Calendar {
  func write(to writer: inout JSONWriter) {
    writer.field("id", id)
    writer.field("name", name)
    writer.field("timeZone", timeZone)
    writer.field("isWritable", isWritable)
  }
}
