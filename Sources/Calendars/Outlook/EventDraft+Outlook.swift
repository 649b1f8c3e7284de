import Bookings
import Core

extension EventDraft {
  /// The event to make. Its transaction id is the key: Exchange makes no second event for one.
  func outlookEvent(zones: ZoneDatabase) -> JSON {
    var members: [(String, JSON)] = [
      ("transactionId", .string(key.text)), ("subject", .string(summary)),
      ("body", ["contentType": "html", "content": .string(htmlDescription)]),
      ("location", ["displayName": .string(location)]),
    ]
    members += outlookTimes(zones: zones)
    members += [
      (
        "attendees",
        .array(
          attendees.map { person in
            let name = person.name.isEmpty ? person.email : person.name
            return [
              "emailAddress": ["address": .string(person.email), "name": .string(name)],
              "type": "required",
            ]
          })
      ),
      ("showAs", "busy"), ("responseRequested", true),
      // Guests move a booking on its own page, where it is checked.
      ("allowNewTimeProposals", false),
      (
        "singleValueExtendedProperties",
        [property(OutlookEvent.keyProperty, key.text), revisionProperty]
      ),
    ]
    // Without a provider's name it is the calendar's own: Teams, or none.
    if wantsConference { members.append(("isOnlineMeeting", true)) }
    return .object(JSONObject(members))
  }

  /// What a move changes, and nothing else: the body holds what a conference needs.
  func outlookMove(zones: ZoneDatabase) -> JSON {
    .object(
      JSONObject(
        outlookTimes(zones: zones) + [("singleValueExtendedProperties", [revisionProperty])]))
  }

  /// The same where Outlook's own zone cannot be trusted.
  func outlookMoveInUTC() -> JSON { .object(JSONObject(outlookTimes(.utc, nil))) }

  private var revisionProperty: JSON { property(OutlookEvent.revisionProperty, "\(sequence)") }

  private func property(_ id: String, _ value: String) -> JSON {
    ["id": .string(id), "value": .string(value)]
  }

  private func outlookTimes(zones: ZoneDatabase) -> [(String, JSON)] {
    outlookTimes((try? zones.zone(timeZone)) ?? .utc, zones)
  }

  /// Both ends in one zone, or both in UTC.
  private func outlookTimes(_ zone: Zone, _ zones: ZoneDatabase?) -> [(String, JSON)] {
    var times = [interval.start, interval.end].compactMap { zones?.outlookTime($0, zone) }
    if times.count < 2 {
      times = [interval.start, interval.end].map { (String($0.rfc3339.dropLast()), "UTC") }
    }
    return zip(["start", "end"], times).map { name, time in
      (name, ["dateTime": .string(time.dateTime), "timeZone": .string(time.timeZone)])
    }
  }

  /// The description as it stands, with the link to look after the booking as one to click on.
  private var htmlDescription: String {
    var html = ""
    for line in description.split(separator: "\n", omittingEmptySubsequences: false) {
      html += (html.isEmpty ? "" : "<br>") + EventDraft.escaped(String(line))
    }
    guard let url else { return html }
    let escaped = EventDraft.escaped(url)
    return html.replacing(escaped, with: "<a href=\"\(escaped)\">\(escaped)</a>")
  }

  private static func escaped(_ text: String) -> String {
    var html = ""
    for character in text {
      switch character {
      case "&": html += "&amp;"
      case "<": html += "&lt;"
      case ">": html += "&gt;"
      case "\"": html += "&quot;"
      default: html.append(character)
      }
    }
    return html
  }
}
