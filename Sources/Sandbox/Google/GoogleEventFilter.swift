import Core

/// Which events a list is about, and in which order.
struct GoogleEventFilter {
  private let timeMin: Timestamp?
  private let timeMax: Timestamp?
  private let updatedMin: Timestamp?
  private let showsDeleted: Bool
  private let iCalUID: String?
  private let words: String?
  private let types: [String]
  private let orderBy: String?
  private let properties: [(scope: String, key: String, value: String)]

  init(_ call: GoogleCall, in world: World) throws(Refusal) {
    try self.init(
      Dictionary(grouping: call.request.query, by: \.name).mapValues { $0.map(\.value) }, in: world)
  }

  init(_ query: [String: [String]], in world: World) throws(Refusal) {
    timeMin = try GoogleEventFilter.instant(query["timeMin"])
    timeMax = try GoogleEventFilter.instant(query["timeMax"])
    updatedMin = try GoogleEventFilter.instant(query["updatedMin"])
    if let timeMin, let timeMax, timeMax <= timeMin {
      throw .google(
        400, "timeRangeEmpty", "The specified time range is empty.", domain: "calendar",
        location: ("parameter", "timeMax"))
    }
    if let updatedMin, updatedMin < world.now - GoogleEventFilter.longestUpdatedMin {
      throw .google(
        410, "updatedMinTooLongAgo",
        "The requested minimum modification time lies too far in the past.", domain: "calendar",
        location: ("parameter", "updatedMin"))
    }
    showsDeleted = query["showDeleted"]?.first == "true"
    iCalUID = query["iCalUID"]?.first
    words = query["q"]?.first?.lowercased()
    types = query["eventTypes"] ?? []
    orderBy = query["orderBy"]?.first
    let isSingle = query["singleEvents"]?.first == "true"
    guard orderBy == nil || orderBy == "updated" || (orderBy == "startTime" && isSingle) else {
      throw .google(
        400, "badRequest",
        "The requested ordering is not available for the particular query.")
    }
    var properties: [(scope: String, key: String, value: String)] = []
    for scope in ["private", "shared"] {
      for text in query["\(scope)ExtendedProperty"] ?? [] {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
          throw .google(400, "badRequest", "Invalid constraint for property.")
        }
        properties.append((scope, String(parts[0]), String(parts[1])))
      }
    }
    self.properties = properties
  }

  /// Older changes are not kept.
  private static let longestUpdatedMin: Duration = .days(28)

  private static func instant(_ values: [String]?) throws(Refusal) -> Timestamp? {
    guard let text = values?.first else { return nil }
    guard let instant = Timestamp(rfc3339: text) else {
      throw .google(400, "badRequest", "Bad Request")
    }
    return instant
  }

  /// The range bounds an event's end from below and its start from above, both exclusive.
  func matches(_ event: GoogleEvent, in calendar: GoogleCalendar, _ world: World) -> Bool {
    if event.isCancelled, !showsDeleted { return false }
    if let updatedMin, event.updated < updatedMin { return false }
    if let iCalUID, event.iCalUID != iCalUID { return false }
    if !types.isEmpty, !types.contains(event.fields["eventType"]?.string ?? "default") {
      return false
    }
    let zone = timeMin == nil && timeMax == nil ? .utc : world.zone(calendar.timeZone) ?? .utc
    if let timeMin, event.end.instant(in: zone) <= timeMin { return false }
    if let timeMax, event.start.instant(in: zone) >= timeMax { return false }
    if let words {
      let texts = ["summary", "description", "location"].compactMap { event.fields[$0]?.string }
      if !texts.contains(where: { $0.lowercased().contains(words) }) { return false }
    }
    return properties.allSatisfy { scope, key, value in
      event.fields["extendedProperties"]?[scope]?[key]?.string == value
    }
  }

  func sorted(_ events: [GoogleEvent]) -> [GoogleEvent] {
    switch orderBy {
    case "startTime":
      events.sorted {
        ($0.start.instant(in: .utc), $0.number) < ($1.start.instant(in: .utc), $1.number)
      }
    case "updated": events.sorted { ($0.updated, $0.number) < ($1.updated, $1.number) }
    default: events
    }
  }
}
