import Core

/// What a client wants an event to be, checked: of an insert or a PUT the body, of a PATCH the event with
/// the body merged in.
struct GoogleEventDraft {
  /// Google passes no answers on above this.
  private static let mostAttendees = 200
  private static let mostReminders = 5
  private static let longestReminderMinutes = 40_320

  let fields: JSONObject
  let start: GoogleTime
  let end: GoogleTime
  let status: String

  init(reading json: JSON, in calendar: GoogleCalendar, world: World) throws(Refusal) {
    if let recurrence = json["recurrence"]?.array, !recurrence.isEmpty {
      throw .googleInvalid("The sandbox expands no series: seed its occurrences.")
    }
    start = try GoogleTime(reading: json["start"], "start", in: world)
    end = try GoogleTime(reading: json["end"], "end", in: world)
    let zone = world.zone(calendar.timeZone) ?? .utc
    guard start.isDate == end.isDate else { throw .googleInvalid("Invalid end time.") }
    guard start.instant(in: zone) <= end.instant(in: zone), !start.isDate || start != end else {
      throw .google(
        400, "timeRangeEmpty", "The specified time range is empty.", domain: "calendar",
        location: ("parameter", "timeMax"))
    }
    status = json["status"]?.string ?? "confirmed"
    guard ["confirmed", "tentative", "cancelled"].contains(status) else {
      throw .googleInvalid("Invalid value for: status")
    }
    var fields = JSONObject()
    for name in GoogleEventDraft.written { fields.set(name, json[name]) }
    for name in GoogleEventDraft.texts {
      guard fields[name]?.string != nil || fields[name] == nil else {
        throw .googleInvalid("Invalid value for: \(name)")
      }
    }
    if let attendees = json["attendees"] {
      fields["attendees"] = try GoogleEventDraft.attendees(attendees)
    }
    if let properties = json["extendedProperties"] {
      fields["extendedProperties"] = GoogleEventDraft.properties(properties)
    }
    try GoogleEventDraft.check(reminders: fields["reminders"])
    self.fields = fields
  }

  private static let texts = [
    "summary", "description", "location", "transparency", "visibility", "colorId", "eventType",
  ]

  private static let written =
    texts + [
      "reminders", "guestsCanInviteOthers", "guestsCanModify", "guestsCanSeeOtherGuests",
      "anyoneCanAddSelf", "source", "attachments", "outOfOfficeProperties", "focusTimeProperties",
      "workingLocationProperties", "birthdayProperties", "recurringEventId", "originalStartTime",
    ]

  private static func attendees(_ json: JSON) throws(Refusal) -> JSON {
    guard let list = json.array, list.count <= mostAttendees else {
      throw .googleInvalid("Invalid value for: attendees")
    }
    var attendees: [JSON] = []
    for entry in list {
      guard let email = entry["email"]?.string, !email.isEmpty else {
        throw .googleRequired("Missing attendee email.")
      }
      guard email.contains("@"), !email.contains(" ") else {
        throw .googleInvalid("Invalid attendee email.")
      }
      let response = entry["responseStatus"]?.string ?? "needsAction"
      guard ["needsAction", "declined", "tentative", "accepted"].contains(response) else {
        throw .googleInvalid("Invalid value for: responseStatus")
      }
      var attendee = JSONObject([("email", .string(email))])
      for name in ["displayName", "optional", "resource", "comment", "additionalGuests"] {
        attendee.set(name, entry[name])
      }
      attendee["responseStatus"] = .string(response)
      attendees.append(.object(attendee))
    }
    return .array(attendees)
  }

  /// A key that is too long is dropped and a value that is too long cut, both without a word.
  private static func properties(_ json: JSON) -> JSON {
    var result = JSONObject()
    for scope in ["private", "shared"] {
      guard let members = json[scope]?.object?.members else { continue }
      result[scope] = .object(
        JSONObject(
          members.filter { $0.key.count <= 44 }.map {
            ($0.key, .string(String(($0.value.string ?? "").prefix(1024))))
          }))
    }
    return .object(result)
  }

  private static func check(reminders json: JSON?) throws(Refusal) {
    guard let overrides = json?["overrides"]?.array else { return }
    guard overrides.count <= mostReminders else {
      throw .google(400, "cannotUseDefaultRemindersAndSpecifyOverride", "Too many reminders")
    }
    for entry in overrides {
      guard let minutes = entry["minutes"]?.integer,
        (0...longestReminderMinutes).contains(Int(minutes)),
        ["email", "popup"].contains(entry["method"]?.string)
      else { throw .googleInvalid("Invalid value for: reminders") }
    }
  }
}

extension GoogleEvent {
  /// The event in the form in which clients write it, for merging a PATCH in.
  func document(in zone: Zone) -> JSON {
    var json = fields
    json["start"] = start.json(in: zone)
    json["end"] = end.json(in: zone)
    json["status"] = .string(status)
    conference?.write(to: &json)
    return .object(json)
  }
}
