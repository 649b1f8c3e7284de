import Core

/// What a client wants an event to be, checked: of a create the body, of a PATCH the event with the body
/// merged in.
struct GraphEventDraft {
  private static let mostAttendees = 500

  let fields: JSONObject
  let start: GraphTime
  let end: GraphTime
  let properties: [(id: String, value: String)]
  let wantsMeeting: Bool

  init(reading json: JSON, in world: World) throws(Refusal) {
    start = try GraphTime(reading: json["start"], "start", in: world)
    end = try GraphTime(reading: json["end"], "end", in: world)
    guard start.instant <= end.instant else {
      throw .graph(
        400, "ErrorCalendarEndDateIsEarlierThanStartDate",
        "The end date can't be earlier than the start date.")
    }
    if json["isAllDay"]?.bool == true {
      guard start.local.secondOfDay == 0, end.local.secondOfDay == 0,
        start.timeZone == end.timeZone, start.local < end.local
      else {
        throw .graphProperty("An all-day event's start and end must be midnights of one zone.")
      }
    }
    var fields = JSONObject()
    for name in GraphEventDraft.written { fields.set(name, json[name]) }
    if let attendees = json["attendees"] {
      fields["attendees"] = try GraphEventDraft.attendees(attendees)
    }
    if let location = json["location"] { fields["location"] = GraphEventDraft.location(location) }
    self.fields = fields
    properties = (json["singleValueExtendedProperties"]?.array ?? []).compactMap { entry in
      guard let id = entry["id"]?.string, let value = entry["value"]?.string else { return nil }
      return (id, value)
    }
    wantsMeeting = json["isOnlineMeeting"]?.bool ?? false
  }

  /// Graph refuses what the event type does not have, by name.
  static func check(names body: JSON) throws(Refusal) {
    for name in body.object?.keys ?? [] where !known.contains(name) && !name.hasPrefix("@") {
      throw .graphBody(
        "The property '\(name)' does not exist on type 'Microsoft.OutlookServices.Event'. Make sure"
          + " to only use property names that are defined by the type.")
    }
    guard let recurrence = body["recurrence"], recurrence.object != nil else { return }
    throw .graphInvalid("The sandbox expands no series: seed its occurrences.")
  }

  private static let written = [
    "subject", "body", "importance", "sensitivity", "isAllDay", "showAs", "isReminderOn",
    "reminderMinutesBeforeStart", "responseRequested", "allowNewTimeProposals", "hideAttendees",
    "categories", "locations", "responseStatus", "type", "seriesMasterId", "isOnlineMeeting",
    "onlineMeetingProvider",
  ]

  private static let known = Set(
    written + [
      "start", "end", "attendees", "location", "transactionId", "singleValueExtendedProperties",
      "multiValueExtendedProperties", "recurrence", "id", "organizer", "isDraft", "onlineMeeting",
      "attachments", "extensions", "iCalUId", "isCancelled", "isOrganizer", "originalStart",
      "originalStartTimeZone", "originalEndTimeZone", "webLink", "changeKey", "bodyPreview",
      "hasAttachments", "createdDateTime", "lastModifiedDateTime", "onlineMeetingUrl",
    ])

  private static func attendees(_ json: JSON) throws(Refusal) -> JSON {
    guard let list = json.array, list.count <= mostAttendees else {
      throw .graphProperty("At least one property failed validation: attendees.")
    }
    var attendees: [JSON] = []
    for entry in list {
      guard let address = entry["emailAddress"]?["address"]?.string, address.contains("@"),
        !address.contains(" ")
      else {
        throw .graph(
          400, "ErrorInvalidRecipients", "At least one recipient is not valid.")
      }
      attendees.append(
        [
          "type": entry["type"] ?? "required",
          "status": entry["status"] ?? ["response": "none", "time": never],
          "emailAddress": [
            "name": entry["emailAddress"]?["name"] ?? .string(address), "address": .string(address),
          ],
        ])
    }
    return .array(attendees)
  }

  private static func location(_ json: JSON) -> JSON {
    [
      "displayName": json["displayName"] ?? "", "locationType": json["locationType"] ?? "default",
      "uniqueIdType": "unknown", "address": json["address"] ?? [:],
      "coordinates": json["coordinates"] ?? [:],
    ]
  }
}

extension GraphEvent {
  /// The event in the form in which clients write it, for merging a PATCH in.
  var document: JSON {
    var json = fields
    json["start"] = start.written
    json["end"] = end.written
    json["isOnlineMeeting"] = .bool(meeting != nil)
    json["singleValueExtendedProperties"] = .array(
      properties.map { ["id": .string($0.id), "value": .string($0.value)] })
    return .object(json)
  }
}
