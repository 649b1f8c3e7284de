import Core

/// An event as it stands in a mailbox.
struct GraphEvent: Sendable {
  struct Meeting: Sendable {
    let joinURL: String
    let due: Timestamp
    var isReady = false
  }

  let number: Int
  var calendar: String
  /// Changes when the event moves to another folder; the immutable one does not.
  var mutableID: String
  let immutableID: String
  /// The mutable id before it was deleted.
  var lastKnownID: String
  let iCalUId: String
  let transactionID: String?
  let organizer: (name: String, email: String)
  /// What clients write and read back, in their own form.
  var fields: JSONObject
  var start: GraphTime
  var end: GraphTime
  var meeting: Meeting?
  /// Id and value of single-value extended properties; ids are case-sensitive.
  var properties: [(id: String, value: String)] = []
  let created: Timestamp
  var updated: Timestamp
  var isCancelled = false
  var isDeleted = false
  var change = 0
  var version = 0

  var changeKey: String { base64url("event\(number)version\(version)".utf8) + "==" }
  var isAllDay: Bool { fields["isAllDay"]?.bool ?? false }
  var showAs: String { fields["showAs"]?.string ?? "busy" }
  var attendees: [JSON] { fields["attendees"]?.array ?? [] }
  var guests: [String] {
    attendees.compactMap { $0["emailAddress"]?["address"]?.string }
      .filter { $0.lowercased() != organizer.email }
  }

  func id(_ style: GraphPreferences) -> String { style.isImmutable ? immutableID : mutableID }

  func overlaps(_ from: Timestamp, _ to: Timestamp, in zone: Zone) -> Bool {
    let (start, end) = bounds(in: zone)
    return start < to && (end > from || (start == end && start >= from))
  }

  /// A date is a day in the mailbox's own zone.
  func bounds(in zone: Zone) -> (start: Timestamp, end: Timestamp) {
    isAllDay
      ? (zone.startOfDay(start.local.date), zone.startOfDay(end.local.date))
      : (start.instant, end.instant)
  }

  func json(for mailbox: Mailbox, _ style: GraphPreferences) -> JSON {
    let isOrganizer = organizer.email == mailbox.email
    var json = JSONObject([
      ("@odata.etag", .string("W/\"\(changeKey)\"")), ("id", .string(id(style))),
      ("createdDateTime", .string(created.graphText)),
      ("lastModifiedDateTime", .string(updated.graphText)), ("changeKey", .string(changeKey)),
      ("categories", []), ("transactionId", transactionID.map(JSON.string) ?? .null),
      ("originalStartTimeZone", .string(start.timeZone)),
      ("originalEndTimeZone", .string(end.timeZone)), ("iCalUId", .string(iCalUId)),
      ("reminderMinutesBeforeStart", 15), ("isReminderOn", true),
      ("hasAttachments", false), ("subject", ""), ("bodyPreview", .string(preview)),
      ("importance", "normal"), ("sensitivity", "normal"), ("isAllDay", .bool(isAllDay)),
      ("isCancelled", .bool(isCancelled)), ("isOrganizer", .bool(isOrganizer)),
      ("responseRequested", true), ("seriesMasterId", .null), ("showAs", "busy"),
      ("type", "singleInstance"),
      (
        "webLink", .string("https://outlook.office365.com/owa/?itemid=\(percentEncoded(mutableID))")
      ),
      ("onlineMeetingUrl", .null), ("isOnlineMeeting", .bool(meeting != nil)),
      ("onlineMeetingProvider", meeting == nil ? "unknown" : "teamsForBusiness"),
      ("allowNewTimeProposals", true), ("isDraft", false),
      ("hideAttendees", false), ("recurrence", .null),
    ])
    for member in fields.members
    where !["isOnlineMeeting", "onlineMeetingProvider"].contains(member.key) {
      json[member.key] = member.value
    }
    json["responseStatus"] =
      fields["responseStatus"]
      ?? ["response": .string(isOrganizer ? "organizer" : "notResponded"), "time": never]
    json["body"] = body(style)
    json["start"] = start.json(in: style.zone, isAllDay: isAllDay)
    json["end"] = end.json(in: style.zone, isAllDay: isAllDay)
    if json["location"] == nil {
      json["location"] = ["displayName": "", "locationType": "default"]
    }
    if json["locations"] == nil { json["locations"] = [] }
    json["attendees"] = .array(attendees)
    json["organizer"] = [
      "emailAddress": ["name": .string(organizer.name), "address": .string(organizer.email)]
    ]
    json["onlineMeeting"] =
      meeting.flatMap { $0.isReady ? ["joinUrl": .string($0.joinURL)] : nil } ?? .null
    return .object(json)
  }

  /// With the properties that `$expand` asks for.
  func expanded(_ json: JSON, properties wanted: [String]) -> JSON {
    let found = properties.filter { wanted.contains($0.id) }
    if found.isEmpty { return json }
    return json.adding(
      "singleValueExtendedProperties",
      .array(found.map { ["id": .string($0.id), "value": .string($0.value)] }))
  }

  private var preview: String { String(plainText.prefix(255)) }

  private var content: String { fields["body"]?["content"]?.string ?? "" }
  private var plainText: String {
    guard fields["body"]?["contentType"]?.string?.lowercased() == "html" else { return content }
    var text = ""
    var isTag = false
    for letter in content {
      if letter == "<" {
        isTag = true
      } else if letter == ">" {
        isTag = false
      } else if !isTag {
        text.append(letter)
      }
    }
    return text
  }

  private func body(_ style: GraphPreferences) -> JSON {
    style.wantsText
      ? ["contentType": "text", "content": .string(plainText)]
      : [
        "contentType": .string(fields["body"]?["contentType"]?.string?.lowercased() ?? "html"),
        "content": .string(content),
      ]
  }
}

/// Exchange's way of saying that somebody has not answered.
let never: JSON = "0001-01-01T00:00:00Z"

extension Timestamp {
  /// Seven digits of a second, as .NET writes them.
  var graphText: String {
    let milliseconds = milliseconds - seconds * 1000
    let digits = String(milliseconds + 1000).dropFirst()
    return "\(Zone.utc.localText(self)).\(digits)0000Z"
  }
}
