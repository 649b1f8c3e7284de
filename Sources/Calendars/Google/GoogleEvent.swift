import Bookings
import Core

/// An event as Google's API gives it, as far as we look at it.
struct GoogleEvent {
  let id: String
  let etag: String?
  let isCancelled: Bool
  /// Google makes it from the id that we chose.
  let uid: String
  /// Nil for a cancelled event of which Google shows no more than that.
  let interval: Interval?
  /// Our own: whose event it is, and the revision that we wrote last.
  let key: String?
  let revision: Int
  let isRecurring: Bool
  let guests: [StoredGuest]
  let conference: Conference

  /// Nil where it cannot be understood. All-day events take the days of `zone`.
  init?(_ json: JSON, zone: Zone) {
    guard let id = json["id"]?.string else { return nil }
    self.id = id
    etag = json["etag"]?.string
    isCancelled = json["status"]?.string == "cancelled"
    uid = json["iCalUID"]?.string ?? "\(id)@google.com"
    interval = GoogleEvent.interval(json, zone: zone)
    guard interval != nil || isCancelled else { return nil }
    let properties = json["extendedProperties"]?["private"]
    key = properties?[GoogleEvent.keyProperty]?.string
    revision = properties?[GoogleEvent.revisionProperty]?.string.flatMap { Int($0) } ?? 0
    isRecurring = json["recurrence"]?.array?.isEmpty == false
    guests = (json["attendees"]?.array ?? []).compactMap(GoogleEvent.guest)
    conference = GoogleEvent.conference(json)
  }

  // MARK: - Private extended properties: on this calendar's copy only, guests do not get them

  /// On every event of ours: Google finds events by a property's value, and not by its being there.
  static let mark = (name: "bookend", value: "booking")
  static let keyProperty = "bookendKey"
  static let revisionProperty = "bookendRevision"
  static let bookingProperty = "bookendBooking"

  /// Whether it is this booking's event. Of a cancelled one Google need not show more than its id, which is
  /// ours alone by its length.
  func belongs(to key: EventKey) -> Bool {
    id == key.text && (self.key == key.text || isCancelled && self.key == nil)
  }

  func reference(wasThere: Bool) -> EventReference {
    EventReference(
      remoteID: id, etag: etag, wasThere: wasThere, uid: uid, conference: conference)
  }

  // MARK: - Parts

  /// Whether it keeps the owner from being somewhere else: what the calendar's own free/busy counts.
  static func takesTime(_ json: JSON) -> Bool {
    if json["status"]?.string == "cancelled" || json["transparency"]?.string == "transparent" {
      return false
    }
    if ["workingLocation", "birthday"].contains(json["eventType"]?.string) { return false }
    let own = json["attendees"]?.array?.first { $0["self"]?.bool == true }
    return own?["responseStatus"]?.string != "declined"
  }

  static func interval(_ json: JSON, zone: Zone) -> Interval? {
    guard let start = instant(json["start"], zone), let end = instant(json["end"], zone),
      start <= end
    else { return nil }
    return Interval(start: start, end: end)
  }

  /// `dateTime` with its offset, or a date of which the first moment counts; the end of an all-day event is
  /// the day after its last.
  private static func instant(_ json: JSON?, _ zone: Zone) -> Timestamp? {
    if let text = json?["dateTime"]?.string { return Timestamp(rfc3339: text) }
    return json?["date"]?.string.flatMap { CivilDate($0) }.map(zone.startOfDay)
  }

  /// Neither the owner nor a room is a guest. Google tells whoever is.
  private static func guest(_ json: JSON) -> StoredGuest? {
    guard let email = json["email"]?.string,
      !["self", "organizer", "resource"].contains(where: { json[$0]?.bool == true })
    else { return nil }
    let answer = json["responseStatus"]?.string.flatMap { GuestAnswer.Word(rawValue: $0) }
    return StoredGuest(email: email, answer: answer ?? .needsAction, isTold: true)
  }

  private static func conference(_ json: JSON) -> Conference {
    let data = json["conferenceData"]
    let video = data?["entryPoints"]?.array?.first { $0["entryPointType"]?.string == "video" }
    if let url = video?["uri"]?.string ?? json["hangoutLink"]?.string { return .ready(url: url) }
    switch data?["createRequest"]?["status"]?["statusCode"]?.string {
    case "pending": return .pending
    case "failure": return .refused
    default: return .none
    }
  }
}
