import Bookings
import Core

/// An event as Graph gives it, as far as we look at it.
struct OutlookEvent {
  let id: String
  /// Graph's word for its version.
  let changeKey: String?
  let isCancelled: Bool
  /// Exchange's own.
  let uid: String
  let interval: Interval
  /// Of the last change that we made.
  let revision: Int
  let isRecurring: Bool
  /// Only an organizer can cancel for everybody.
  let isOrganizer: Bool
  let guests: [StoredGuest]
  let conference: Conference
  /// Nobody has changed it since it was made.
  let isUntouched: Bool

  /// Nil where it cannot be understood. All-day events take the days of `zone`.
  init?(_ json: JSON, zone: Zone, zones: ZoneDatabase) {
    guard let id = json["id"]?.string,
      let interval = OutlookEvent.interval(json, zone: zone, zones: zones)
    else { return nil }
    self.id = id
    self.interval = interval
    changeKey = json["changeKey"]?.string
    isCancelled = json["isCancelled"]?.bool == true
    uid = json["iCalUId"]?.string ?? ""
    revision = OutlookEvent.revision(json)
    isRecurring = ![nil, "singleInstance"].contains(json["type"]?.string)
    isOrganizer = json["isOrganizer"]?.bool != false
    guests = (json["attendees"]?.array ?? []).compactMap(OutlookEvent.guest)
    conference = OutlookEvent.conference(json)
    isUntouched = OutlookEvent.isUntouched(json)
  }

  func reference(wasThere: Bool) -> EventReference {
    EventReference(
      remoteID: id, etag: changeKey, wasThere: wasThere, uid: uid, conference: conference)
  }

  // MARK: - Extended properties: Graph shows them only where they are asked for

  static let keyProperty = "String {8f2b4c1e-6d0a-4d57-9a51-2f6f2f6b8a10} Name bookendKey"
  static let revisionProperty =
    "String {8f2b4c1e-6d0a-4d57-9a51-2f6f2f6b8a10} Name bookendRevision"

  static let busyFields =
    "id,iCalUId,showAs,isCancelled,isAllDay,responseStatus,start,end,type,transactionId"

  /// Finds the event under a key, and shows our properties.
  static func search(_ key: EventKey) -> [(name: String, value: String)] {
    [
      (
        "$filter",
        "singleValueExtendedProperties/Any(ep: ep/id eq '\(keyProperty)' and ep/value eq '\(key)')"
      ),
      (
        "$expand",
        "singleValueExtendedProperties($filter=id eq '\(keyProperty)' or id eq '\(revisionProperty)')"
      ),
    ]
  }

  static func property(_ id: String, of json: JSON) -> String? {
    let properties = json["singleValueExtendedProperties"]?.array ?? []
    return properties.first { $0["id"]?.string?.lowercased() == id.lowercased() }?["value"]?.string
  }

  private static func revision(_ json: JSON) -> Int {
    property(revisionProperty, of: json).flatMap { Int($0) } ?? 0
  }

  // MARK: - Parts

  /// Whether it keeps the owner from being somewhere else. What Outlook has no word for counts as busy.
  static func takesTime(_ json: JSON) -> Bool {
    json["isCancelled"]?.bool != true
      && !["free", "workingElsewhere"].contains(json["showAs"]?.string)
      && json["responseStatus"]?["response"]?.string != "declined"
  }

  static func interval(_ json: JSON, zone: Zone, zones: ZoneDatabase) -> Interval? {
    let isAllDay = json["isAllDay"]?.bool == true
    guard let start = instant(json["start"], isAllDay ? zone : nil, zones),
      let end = instant(json["end"], isAllDay ? zone : nil, zones), start <= end
    else { return nil }
    return Interval(start: start, end: end)
  }

  /// `2027-01-15T09:00:00.0000000` beside the name of a zone. An all-day event is at midnight in whatever
  /// zone one asks for, so that it is its dates that count, in the calendar's zone.
  private static func instant(_ json: JSON?, _ allDay: Zone?, _ zones: ZoneDatabase) -> Timestamp? {
    guard let text = json?["dateTime"]?.string,
      let asUTC = Timestamp(rfc3339: text.hasSuffix("Z") ? text : text + "Z")
    else { return nil }
    let reading = LocalDateTime(asUTC, offsetSeconds: 0)
    if let allDay { return allDay.startOfDay(reading.date) }
    let name = json?["timeZone"]?.string ?? "UTC"
    if name == "UTC" { return asUTC }
    return zones.outlookZone(name)?.instantKeepingOffset(of: reading)
  }

  /// A room is no guest. Exchange tells whoever is.
  private static func guest(_ json: JSON) -> StoredGuest? {
    guard let email = json["emailAddress"]?["address"]?.string,
      json["type"]?.string != "resource"
    else { return nil }
    let answer: GuestAnswer.Word =
      switch json["status"]?["response"]?.string {
      case "accepted": .accepted
      case "declined": .declined
      case "tentativelyAccepted": .tentative
      default: .needsAction
      }
    return StoredGuest(email: email, answer: answer, isTold: true)
  }

  private static func conference(_ json: JSON) -> Conference {
    if let url = json["onlineMeeting"]?["joinUrl"]?.string { return .ready(url: url) }
    guard json["isOnlineMeeting"]?.bool == true else { return .none }
    // Exchange takes the wish, and says here whether anybody is there to grant it.
    return json["onlineMeetingProvider"]?.string == "unknown" ? .refused : .pending
  }

  private static func isUntouched(_ json: JSON) -> Bool {
    guard let made = json["createdDateTime"]?.string.flatMap({ Timestamp(rfc3339: $0) }),
      let changed = json["lastModifiedDateTime"]?.string.flatMap({ Timestamp(rfc3339: $0) })
    else { return false }
    return changed - made < .seconds(5)
  }
}
