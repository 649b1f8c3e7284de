import Bookings
import Core
import HTTPClient

/// Subscriptions (Graph's "Set up notifications for changes in resource data"): to all events of the mailbox,
/// since Graph knows none to one calendar.
extension OutlookProvider {
  package func watch(
    _ calendar: Calendar, _ request: WatchRequest
  ) throws(ProviderError) -> CalendarWatch? {
    let order = RESTRequest(
      "POST", "/subscriptions",
      body: [
        "changeType": "created,updated,deleted", "resource": .string(watched),
        "notificationUrl": .string(request.address),
        // Cannot be added later.
        "lifecycleNotificationUrl": .string(request.address),
        "clientState": .string(request.secret.reveal()),
        "expirationDateTime": .string(ending(request.until).rfc3339),
      ])
    var answer = try api.send(order)
    if answer.status == 409 {
      // An earlier try was successful, and nobody heard of it; nor do we know its secret.
      try endWatches(at: request.address)
      answer = try api.send(order)
    }
    guard (200...201).contains(answer.status) else { throw api.error(answer, order) }
    return try watch(of: answer, order)
  }

  package func renew(
    _ watch: CalendarWatch, of calendar: Calendar, until: Timestamp
  ) throws(ProviderError) -> CalendarWatch? {
    let request = RESTRequest(
      "PATCH", place(of: watch.id),
      body: ["expirationDateTime": .string(ending(until).rfc3339)])
    let answer = try api.send(request)
    if answer.status == 404 { return nil }
    guard answer.status == 200 else { throw api.error(answer, request) }
    return try self.watch(of: answer, request)
  }

  package func unwatch(_ watch: CalendarWatch, of calendar: Calendar) throws(ProviderError) {
    try end(watch.id)
  }

  /// Graph refuses to watch for longer than a week; its clock and ours need not agree to the second.
  private static let longestWatch = Duration.minutes(10_075)

  private func ending(_ until: Timestamp) -> Timestamp {
    min(until, api.time.now() + OutlookProvider.longestWatch)
  }

  private func watch(
    of answer: RESTAnswer, _ request: RESTRequest
  ) throws(ProviderError) -> CalendarWatch {
    let json = try api.object(of: answer, request)
    guard let id = json["id"]?.string,
      let end = json["expirationDateTime"]?.string.flatMap({ Timestamp(rfc3339: $0) })
    else { throw ProviderError(.unknownOutcome, "Graph's subscription cannot be read") }
    return CalendarWatch(id: id, resource: nil, expiresAt: end)
  }

  private func endWatches(at address: String) throws(ProviderError) {
    var request: RESTRequest? = RESTRequest("GET", "/subscriptions")
    for _ in 1...OutlookProvider.mostPages {
      guard let page = request else { return }
      let list = try api.object(page)
      for entry in list["value"]?.array ?? []
      where entry["notificationUrl"]?.string == address {
        if let id = entry["id"]?.string { try end(id) }
      }
      request = try next(list)
    }
  }

  private func end(_ id: String) throws(ProviderError) {
    let request = RESTRequest("DELETE", place(of: id))
    let answer = try api.send(request)
    switch answer.status {
    case 200, 202, 204, 404: return
    default: throw api.error(answer, request)
    }
  }

  private func place(of id: String) -> String { "/subscriptions/\(percentEncoded(id))" }
}
