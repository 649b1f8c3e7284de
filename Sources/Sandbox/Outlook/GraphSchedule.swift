import Core

/// `getSchedule`: free/busy of several people, each with an own error, of their default calendars.
enum GraphSchedule {
  private static let longestWindow: Duration = .days(62)
  private static let mostAddresses = 100
  private static let mostEntries = 1000

  static func answer(_ call: GraphCall, in world: World) throws(Refusal) -> Answer {
    try call.require(GraphCall.reading + ["Calendars.ReadBasic"])
    guard !call.mailbox(in: world).isPersonal else { throw .graphAccessDenied }
    let body = try call.parameters()
    guard let names = body["schedules"]?.array?.compactMap(\.string), !names.isEmpty else {
      throw .graphInvalid("The value of schedules is missing.")
    }
    guard names.count <= mostAddresses else {
      throw .graph(400, "ErrorMailboxDataArrayTooBig", "The array of mailboxes is too big.")
    }
    let from = try GraphTime(reading: body["starttime"], "startTime", in: world).instant
    let to = try GraphTime(reading: body["endtime"], "endTime", in: world).instant
    guard from < to else { throw .graphInvalid("The end time must be later than the start time.") }
    guard to - from <= longestWindow else {
      throw .graph(
        400, "ErrorTimeIntervalTooBig", "The requested time window is longer than 62 days.")
    }
    let minutes = body["availabilityviewinterval"]?.integer ?? 30
    guard (5...1440).contains(minutes) else {
      throw .graph(
        400, "ErrorInvalidMergedFreeBusyInterval",
        "The interval must be between 5 and 1440 minutes.")
    }
    let window = Window(from: from, to: to, step: .minutes(Int(minutes)))
    return call.ok(
      [
        "@odata.context": .string(
          "\(call.request.origin)/v1.0/$metadata#Collection(microsoft.graph.scheduleInformation)"),
        "value": .array(names.map { schedule($0, window, call, world) }),
      ])
  }

  private struct Window {
    let from: Timestamp
    let to: Timestamp
    let step: Duration
  }

  private static func schedule(
    _ name: String, _ window: Window, _ call: GraphCall, _ world: World
  ) -> JSON {
    if case .itemError(let item, let reason) = call.fault?.effect, item == name {
      return failure(name, "The free/busy data could not be read.", reason)
    }
    guard let mailbox = world.outlook.mailbox(name), let calendar = mailbox.defaultCalendar else {
      return failure(
        name, "Unable to resolve e-mail address \(name) to an Active Directory object.",
        "ErrorMailRecipientNotFound")
    }
    let zone = world.zone(mailbox.timeZone) ?? .utc
    let events = mailbox.events.filter {
      mailbox.isThere($0) && $0.calendar == calendar.id
        && $0.overlaps(window.from, window.to, in: zone)
    }
    .sorted { $0.start.instant < $1.start.instant }
    guard events.count <= mostEntries else {
      return failure(name, "The result set contains too many calendar entries.", "5006")
    }
    let items: [JSON] = events.map { event in
      [
        "isPrivate": .bool(event.fields["sensitivity"]?.string == "private"),
        "status": .string(event.showAs), "subject": event.fields["subject"] ?? "",
        "location": event.fields["location"]?["displayName"] ?? "",
        "start": event.start.json(in: call.preferences.zone, isAllDay: event.isAllDay),
        "end": event.end.json(in: call.preferences.zone, isAllDay: event.isAllDay),
      ]
    }
    return [
      "scheduleId": .string(name),
      "availabilityView": .string(view(events.map { ($0.bounds(in: zone), $0.showAs) }, window)),
      "scheduleItems": .array(items), "workingHours": GraphCalendars.workingHours(of: mailbox),
    ]
  }

  private static func failure(_ name: String, _ message: String, _ code: String) -> JSON {
    [
      "scheduleId": .string(name), "availabilityView": "", "scheduleItems": [],
      "error": ["message": .string(message), "responseCode": .string(code)],
    ]
  }

  /// One digit an interval, of the strongest claim on it.
  private static func view(
    _ events: [(bounds: (start: Timestamp, end: Timestamp), showAs: String)], _ window: Window
  ) -> String {
    let digits = ["tentative": 1, "busy": 2, "oof": 3]
    var text = ""
    var start = window.from
    while start < window.to {
      let end = start + window.step
      let strongest = events.filter { $0.bounds.start < end && $0.bounds.end > start }
        .map { digits[$0.showAs] ?? 0 }.max()
      text += String(strongest ?? 0)
      start = end
    }
    return text
  }
}
