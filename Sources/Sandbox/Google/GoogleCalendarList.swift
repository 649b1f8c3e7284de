import Core

/// `calendarList.list` and `get`, and `calendars.get`.
enum GoogleCalendarList {
  private static let largestPage = 250
  private static let usualPage = 100

  static func list(_ call: GoogleCall, in world: inout World) throws(Refusal) -> Answer {
    try call.require(GoogleScopes.calendarList)
    let size = min(
      try call.number("maxResults", in: 1...Int(Int32.max)) ?? usualPage, largestPage)
    var calendars = world.google.calendars(of: call.account)
    if let text = call.request.value("minAccessRole") {
      guard let least = GoogleRole(rawValue: text) else {
        throw .google(
          400, "invalidParameter", "Invalid value for: minAccessRole",
          location: ("parameter", "minAccessRole"))
      }
      calendars = calendars.filter { ($0.access[call.account] ?? .freeBusyReader) >= least }
    }
    // The token is the last calendar's number: calendars come and go, their order stays.
    if let token = call.request.value("pageToken") {
      guard let index = calendars.firstIndex(where: { String($0.number) == token }) else {
        throw .googleInvalid("Invalid page token value.")
      }
      calendars.removeFirst(index + 1)
    }
    let page = calendars.prefix(size)
    var json = JSONObject([("kind", "calendar#calendarList"), ("etag", "\"p32g\"")])
    if page.count < calendars.count, let last = page.last {
      json["nextPageToken"] = .string(String(last.number))
    }
    json["items"] = .array(page.map { entry($0, call.account) })
    return .ok(.object(json))
  }

  static func get(
    _ call: GoogleCall, _ id: String, in world: inout World
  ) throws(Refusal) -> Answer {
    try call.require(GoogleScopes.calendarList + ["calendar.app.created"])
    let calendar = try world.google.calendar(id, for: call.account, as: .freeBusyReader)
    return .ok(entry(calendar, call.account))
  }

  static func calendar(
    _ call: GoogleCall, _ id: String, in world: inout World
  ) throws(Refusal) -> Answer {
    try call.require(GoogleScopes.calendars)
    let calendar = try world.google.calendar(id, for: call.account, as: .freeBusyReader)
    return .ok(
      [
        "kind": "calendar#calendar", "etag": .string(calendar.etag), "id": .string(calendar.id),
        "summary": .string(calendar.summary), "timeZone": .string(calendar.timeZone),
        "conferenceProperties": conferences(calendar),
      ])
  }

  private static func entry(_ calendar: GoogleCalendar, _ account: String) -> JSON {
    let json: JSON = [
      "kind": "calendar#calendarListEntry", "etag": .string(calendar.etag),
      "id": .string(calendar.id), "summary": .string(calendar.summary),
      "timeZone": .string(calendar.timeZone), "colorId": "14", "backgroundColor": "#9fe1e7",
      "foregroundColor": "#000000", "selected": true,
      "accessRole": .string(calendar.access[account]?.rawValue ?? "freeBusyReader"),
      "defaultReminders": [], "conferenceProperties": conferences(calendar),
    ]
    return calendar.primaryOf == account ? json.adding("primary", true) : json
  }

  private static func conferences(_ calendar: GoogleCalendar) -> JSON {
    ["allowedConferenceSolutionTypes": .array(calendar.conferenceTypes.map(JSON.string))]
  }
}
