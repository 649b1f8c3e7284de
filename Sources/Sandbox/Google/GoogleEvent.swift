import Core

/// An event as it stands in one calendar.
struct GoogleEvent: Sendable {
  private(set) var number: Int
  let id: String
  let iCalUID: String
  /// What clients write and read back, in their own form.
  var fields: JSONObject
  var start: GoogleTime
  var end: GoogleTime
  /// `confirmed`, `tentative` or `cancelled`.
  var status: String
  let created: Timestamp
  let creator: String
  /// Mail address of who may change what all guests share.
  private(set) var organizer: String
  var conference: GoogleConference?
  var sequence = 0
  var updated: Timestamp
  /// The calendar's count of changes when this one came.
  var change = 0
  var version = 0

  var etag: String { "\"\(3_400_000_000_000_000 + number * 1_000_000 + version * 2)\"" }
  var isCancelled: Bool { status == "cancelled" }

  var attendees: [JSON] { fields["attendees"]?.array ?? [] }
  var guests: [String] {
    attendees.compactMap { $0["email"]?.string }.filter { $0.lowercased() != organizer }
  }

  /// Takes the time of the person whose calendar it is.
  func isBusy(for account: String) -> Bool {
    if isCancelled || fields["transparency"]?.string == "transparent" { return false }
    if ["workingLocation", "birthday"].contains(fields["eventType"]?.string) { return false }
    return !attendees.contains {
      $0["email"]?.string?.lowercased() == account && $0["responseStatus"]?.string == "declined"
    }
  }

  /// The same event where another calendar has it.
  func organized(by organizer: String, number: Int) -> GoogleEvent {
    var event = self
    event.organizer = organizer
    event.number = number
    return event
  }

  /// Of an event of a list, what clients can rely on after it was deleted.
  var tombstone: JSON {
    ["kind": "calendar#event", "etag": .string(etag), "id": .string(id), "status": "cancelled"]
  }

  /// - Parameter account: Whose calendar it is, marked as `self`.
  func json(for account: String, in zone: Zone) -> JSON {
    var json = JSONObject([
      ("kind", "calendar#event"), ("etag", .string(etag)), ("id", .string(id)),
      ("status", .string(status)),
      ("htmlLink", .string("https://www.google.com/calendar/event?eid=\(base64url(id.utf8))")),
      ("created", .string(created.googleText)), ("updated", .string(updated.googleText)),
    ])
    for name in ["summary", "description", "location", "colorId"] { json.set(name, fields[name]) }
    json["creator"] = person(creator, account)
    json["organizer"] = person(organizer, account)
    json["start"] = start.json(in: zone)
    json["end"] = end.json(in: zone)
    json["iCalUID"] = .string(iCalUID)
    json["sequence"] = .integer(Int64(sequence))
    if !attendees.isEmpty {
      json["attendees"] = .array(attendees.map { marked($0, account) })
    }
    conference?.write(to: &json)
    for member in fields.members
    where json[member.key] == nil && member.value != defaults[member.key] {
      json[member.key] = member.value
    }
    json["reminders"] = fields["reminders"] ?? ["useDefault": true]
    json["eventType"] = fields["eventType"] ?? "default"
    return .object(json)
  }

  private func person(_ email: String, _ account: String) -> JSON {
    let json: JSON = ["email": .string(email)]
    return email == account ? json.adding("self", true) : json
  }

  private func marked(_ attendee: JSON, _ account: String) -> JSON {
    let email = attendee["email"]?.string?.lowercased()
    var json = attendee
    if email == organizer { json = json.adding("organizer", true) }
    if email == account { json = json.adding("self", true) }
    return json
  }
}

/// What stands for nothing said, and is left out of answers.
private let defaults: [String: JSON] = [
  "transparency": "opaque", "visibility": "default", "guestsCanModify": false,
  "guestsCanInviteOthers": true, "guestsCanSeeOtherGuests": true, "anyoneCanAddSelf": false,
]

extension Timestamp {
  /// With milliseconds always, as Google writes what it measured itself.
  var googleText: String {
    let text = rfc3339
    return text.contains(".") ? text : text.dropLast() + ".000Z"
  }
}
