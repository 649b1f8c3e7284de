import Bookings
import Core

extension EventDraft {
  /// The event to insert. Its `id` is the key: Google refuses a second one (409), also after a deletion.
  func googleEvent(zones: ZoneDatabase, withConference: Bool) -> JSON {
    var members: [(String, JSON)] = [
      ("id", .string(key.text)), ("summary", .string(summary)),
      ("description", .string(description)), ("location", .string(location)),
    ]
    members += googleTimes(zones: zones)
    members += [
      (
        "attendees",
        .array(
          attendees.map { person in
            var attendee: [(String, JSON)] = [("email", .string(person.email))]
            if !person.name.isEmpty { attendee.append(("displayName", .string(person.name))) }
            return .object(JSONObject(attendee + [("responseStatus", "needsAction")]))
          })
      ),
      (
        "extendedProperties",
        [
          "private": [
            GoogleEvent.mark.name: .string(GoogleEvent.mark.value),
            GoogleEvent.keyProperty: .string(key.text),
            GoogleEvent.bookingProperty: .string(booking.text),
            GoogleEvent.revisionProperty: .string("\(sequence)"),
          ]
        ]
      ),
    ]
    if withConference {
      // A request id that was used before makes no second meeting.
      let request: JSON = [
        "requestId": .string(key.text), "conferenceSolutionKey": ["type": "hangoutsMeet"],
      ]
      members.append(("conferenceData", ["createRequest": request]))
    }
    return .object(JSONObject(members))
  }

  /// What a move changes, and nothing else: what is left out stays as the owner has made it.
  func googleMove(zones: ZoneDatabase) -> JSON {
    let properties: JSON = [
      "private": [GoogleEvent.revisionProperty: .string("\(sequence)")]
    ]
    return .object(
      JSONObject(googleTimes(zones: zones) + [("extendedProperties", properties)]))
  }

  private func googleTimes(zones: ZoneDatabase) -> [(String, JSON)] {
    let zone = (try? zones.zone(timeZone)) ?? .utc
    return [
      ("start", EventDraft.googleTime(interval.start, zone)),
      ("end", EventDraft.googleTime(interval.end, zone)),
    ]
  }

  /// The offset says which instant it is, also where clocks show it twice; the zone says how to show it.
  private static func googleTime(_ instant: Timestamp, _ zone: Zone) -> JSON {
    guard let clock = WallClock(instant, in: zone) else {
      return ["dateTime": .string(instant.rfc3339), "timeZone": "UTC"]
    }
    return ["dateTime": .string(clock.text + clock.offset), "timeZone": .string(zone.name)]
  }
}
