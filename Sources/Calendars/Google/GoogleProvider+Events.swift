import Bookings
import Core
import HTTPClient

/// Every write tells the guests (`sendUpdates=all`), since none is made but for what concerns them, and names
/// what it expects to find: an id that is not taken, an ETag that has not changed.
extension GoogleProvider {
  package func create(
    _ draft: EventDraft, in calendar: Calendar
  ) throws(ProviderError) -> EventReference {
    let (made, conference) = try insert(draft, in: calendar)
    switch made.status {
    case 200, 201:
      let event = try event(of: made, RESTRequest("POST", ""), calendar)
      recentInserts.add(draft.key)
      guard conference == .refused else { return event.reference(wasThere: false) }
      return EventReference(
        remoteID: event.id, etag: event.etag, wasThere: false, uid: event.uid,
        conference: .refused)
    case 409 where GoogleOutcome.names(made.json).contains("duplicate"):
      guard let event = try find(draft.key, in: calendar) else {
        throw ProviderError(.transient, "the event vanished while it was made")
      }
      guard event.belongs(to: draft.key) else { throw .occupied }
      guard !event.isCancelled else { throw .gone }
      return event.reference(wasThere: true)
    default:
      throw api.error(made, RESTRequest("POST", ""))
    }
  }

  package func event(
    _ key: EventKey, in calendar: Calendar
  ) throws(ProviderError) -> StoredEvent? {
    guard let event = try find(key, in: calendar), event.belongs(to: key) else { return nil }
    return StoredEvent(
      reference: event.reference(wasThere: true), uid: event.uid,
      interval: event.interval ?? .unknown, sequence: event.revision,
      isCancelled: event.isCancelled, guests: event.guests)
  }

  package func isInPlace(_ key: EventKey, in calendar: Calendar) throws(ProviderError) -> Bool {
    try find(key, in: calendar).map { $0.belongs(to: key) && !$0.isCancelled } ?? false
  }

  package func move(
    _ draft: EventDraft, in calendar: Calendar
  ) throws(ProviderError) -> EventReference {
    for _ in 1...GoogleProvider.rounds {
      let event = try standing(draft.key, in: calendar)
      // Whoever brought it there, its guests know: to write the time again would tell them again.
      if event.interval == draft.interval { return event.reference(wasThere: true) }
      guard event.revision <= draft.sequence else { throw .newer }
      guard !event.isRecurring else { throw .series }
      let request = RESTRequest(
        "PATCH", place(of: draft.key, in: calendar), query: GoogleProvider.telling,
        headers: event.etag.map { [("If-Match", $0)] } ?? [],
        body: draft.googleMove(zones: zones))
      let answer = try api.send(request)
      switch answer.status {
      case 200: return try self.event(of: answer, request, calendar).reference(wasThere: false)
      // A guest who answers, and a conference that is ready, change the ETag too.
      case 412: continue
      case 404 where recentInserts.contains(draft.key): throw .notToBeSeenYet
      case 404, 410: throw .gone
      default: throw api.error(answer, request)
      }
    }
    throw .keepsChanging
  }

  package func remove(_ draft: EventDraft, in calendar: Calendar) throws(ProviderError) {
    guard let event = try find(draft.key, in: calendar), event.belongs(to: draft.key),
      !event.isCancelled
    else { return }
    let request = RESTRequest(
      "DELETE", place(of: draft.key, in: calendar), query: [("sendUpdates", "all")])
    let answer = try api.send(request)
    switch answer.status {
    case 404 where recentInserts.contains(draft.key): throw .notToBeSeenYet
    case 200, 204, 404, 410: return
    default: throw api.error(answer, request)
    }
  }

  /// A guest's answer changes the event too; three people at the same second is one more than plausible.
  static let rounds = 3

  private static let telling = [
    (name: "sendUpdates", value: "all"), (name: "conferenceDataVersion", value: "1"),
  ]

  /// A calendar that makes no conferences refuses the whole event (400 "Invalid conference type value."), of
  /// which nothing is kept; then it is made without.
  private func insert(
    _ draft: EventDraft, in calendar: Calendar
  ) throws(ProviderError) -> (RESTAnswer, Conference) {
    func send(withConference: Bool) throws(ProviderError) -> RESTAnswer {
      try api.send(
        RESTRequest(
          "POST", events(of: calendar), query: GoogleProvider.telling,
          body: draft.googleEvent(zones: zones, withConference: withConference)))
    }
    let answer = try send(withConference: draft.wantsConference)
    guard answer.status == 400, draft.wantsConference else { return (answer, .none) }
    return (try send(withConference: false), .refused)
  }

  /// Our event, unless it is gone.
  private func standing(
    _ key: EventKey, in calendar: Calendar
  ) throws(ProviderError) -> GoogleEvent {
    guard let event = try find(key, in: calendar) else { throw .gone }
    guard event.belongs(to: key) else { throw .occupied }
    guard !event.isCancelled else { throw .gone }
    return event
  }

  /// What lies under the key; nil where nothing ever did. Throws `transient` where it was made so lately
  /// that its absence is not to be believed.
  private func find(
    _ key: EventKey, in calendar: Calendar
  ) throws(ProviderError) -> GoogleEvent? {
    let request = RESTRequest("GET", place(of: key, in: calendar))
    let answer = try api.send(request)
    switch answer.status {
    case 200: return try event(of: answer, request, calendar)
    case 404 where recentInserts.contains(key): throw .notToBeSeenYet
    case 404, 410: return nil
    default: throw api.error(answer, request)
    }
  }

  private func event(
    of answer: RESTAnswer, _ request: RESTRequest, _ calendar: Calendar
  ) throws(ProviderError) -> GoogleEvent {
    let json = try api.object(of: answer, request)
    guard let event = GoogleEvent(json, zone: try zone(of: nil, calendar)) else {
      throw ProviderError(
        request.isSafe ? .permanent : .unknownOutcome, "Google's event cannot be read")
    }
    return event
  }

  private func place(of key: EventKey, in calendar: Calendar) -> String {
    "\(events(of: calendar))/\(key.text)"
  }
}

extension Interval {
  /// Of an event of which nothing is kept but that it was cancelled.
  static let unknown = Interval(start: Timestamp(seconds: 0), end: Timestamp(seconds: 0))
}
