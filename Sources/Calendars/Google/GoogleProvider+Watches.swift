import Bookings
import Core

/// Channels ("Push notifications" in the Google Calendar API's guides).
extension GoogleProvider {
  package func watch(
    _ calendar: Calendar, _ request: WatchRequest
  ) throws(ProviderError) -> CalendarWatch? {
    let order = RESTRequest(
      "POST", "\(events(of: calendar))/watch",
      body: [
        "id": .string(request.name), "type": "web_hook", "address": .string(request.address),
        "token": .string(request.secret.reveal()),
        "expiration": .string("\(request.until.milliseconds)"),
      ])
    let answer = try api.send(order)
    // Holidays and the like are nobody's to change, and cannot be watched.
    let names = GoogleOutcome.names(answer.json)
    if names.contains("pushnotsupportedforrequestedresource") { return nil }
    guard answer.status == 200 else { throw api.error(answer, order) }
    let channel = try api.object(of: answer, order)
    guard let id = channel["id"]?.string, let resource = channel["resourceId"]?.string else {
      throw ProviderError(.unknownOutcome, "Google's answer does not name the channel")
    }
    let expiration = channel["expiration"]
    let end = expiration?.string.flatMap { Int64($0) } ?? expiration?.integer
    return CalendarWatch(
      id: id, resource: resource,
      expiresAt: end.map { Timestamp(milliseconds: $0) } ?? request.until)
  }

  /// A channel cannot be made to last longer: a second one is opened before it ends.
  package func renew(
    _ watch: CalendarWatch, of calendar: Calendar, until: Timestamp
  ) throws(ProviderError) -> CalendarWatch? { nil }

  package func unwatch(_ watch: CalendarWatch, of calendar: Calendar) throws(ProviderError) {
    let request = RESTRequest(
      "POST", "/channels/stop",
      body: ["id": .string(watch.id), "resourceId": .string(watch.resource ?? "")])
    let answer = try api.send(request)
    switch answer.status {
    case 200, 204, 404: return
    default: throw api.error(answer, request)
    }
  }
}
