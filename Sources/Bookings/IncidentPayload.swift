import Core

/// What an invitation job carries that tells an owner of an incident.
package struct IncidentPayload: Sendable, Equatable {
  /// As it stands in the payload's `message`, for whoever looks at jobs and mails.
  package enum Message: String, Sendable, CaseIterable {
    case calendarDisconnected, calendarUnreadable, calendarUnwritable
  }

  /// Nil in jobs from before incidents of accounts were recorded as such: there is another job by now.
  package let incident: Int64?
  package let message: Message

  package init(incident: Int64, use: CalendarUse?) {
    self.incident = incident
    message = Message(use)
  }

  /// Nil where the job is about something else.
  package init?(_ payload: String) {
    guard let json = try? JSON.parse(Array(payload.utf8)),
      let message = json["message"]?.string.flatMap(Message.init(rawValue:))
    else { return nil }
    incident = json["incident"]?.integer
    self.message = message
  }

  package var json: JSON {
    [
      "version": 1, "message": .string(message.rawValue), "recipient": "host",
      "incident": incident.map { .integer($0) } ?? .null,
    ]
  }
}

extension IncidentPayload.Message {
  package init(_ use: CalendarUse?) {
    self =
      switch use {
      case nil: .calendarDisconnected
      case .reading: .calendarUnreadable
      case .writing: .calendarUnwritable
      }
  }
}
