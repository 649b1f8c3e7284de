import Core

/// Somebody who wants to hear of a calendar's changes.
struct GoogleChannel: Sendable {
  let id: String
  let resourceID: String
  let calendar: String
  let account: String
  let address: String
  let token: String?
  let expires: Timestamp
  let resourceURI: String
  var messages = 0

  func headers(_ state: String) -> [(name: String, value: String)] {
    var headers = [
      ("X-Goog-Channel-ID", id), ("X-Goog-Channel-Expiration", httpDate(expires)),
      ("X-Goog-Resource-ID", resourceID), ("X-Goog-Resource-URI", resourceURI),
      ("X-Goog-Resource-State", state), ("X-Goog-Message-Number", String(messages)),
    ]
    if let token { headers.append(("X-Goog-Channel-Token", token)) }
    return headers.map { (name: $0.0, value: $0.1) }
  }
}

/// `events.watch` and `channels.stop`.
enum GoogleChannels {
  private static let usualLife: Duration = .days(7)
  private static let longestLife: Duration = .days(30)

  static func watch(
    _ call: GoogleCall, _ calendarID: String, in world: inout World
  ) throws(Refusal) -> Answer {
    let calendar = try GoogleEventReads.readable(calendarID, call, in: world)
    let body = try call.document()
    guard let id = body["id"]?.string, (1...64).contains(id.count) else {
      throw .googleRequired("Missing channel id.")
    }
    guard ["web_hook", "webhook"].contains(body["type"]?.string) else {
      throw .googleInvalid("Unknown channel type.")
    }
    guard let address = body["address"]?.string, Courier.reaches(address) else {
      throw .google(
        401, "push.webhookUrlUnauthorized",
        "Unauthorized WebHook callback channel: the sandbox"
          + " posts to this machine only.")
    }
    guard world.google.channels[id] == nil else {
      throw .google(400, "channelIdNotUnique", "Channel id \(id) not unique")
    }
    let token = body["token"]?.string
    guard (token ?? "").count <= 256 else { throw .googleInvalid("Channel token is too long.") }
    let channel = GoogleChannel(
      id: id, resourceID: world.token(20), calendar: calendar.id, account: call.account,
      address: address, token: token, expires: expiry(body, world.now),
      resourceURI:
        "\(call.request.origin)/calendar/v3/calendars/\(percentEncoded(calendarID))/events?alt=json"
    )
    world.google.channels[id] = channel
    world.notify(id, "sync")
    let json: JSON = [
      "kind": "api#channel", "id": .string(id), "resourceId": .string(channel.resourceID),
      "resourceUri": .string(channel.resourceURI),
      "expiration": .string(String(channel.expires.milliseconds)),
    ]
    return .ok(json.adding("token", token.map(JSON.string)))
  }

  static func stop(_ call: GoogleCall, in world: inout World) throws(Refusal) -> Answer {
    let body = try call.document()
    guard let id = body["id"]?.string, let channel = world.google.channels[id],
      channel.resourceID == body["resourceId"]?.string, channel.account == call.account,
      channel.expires > world.now
    else {
      throw .google(404, "notFound", "Channel '\(body["id"]?.string ?? "")' not found for project")
    }
    world.google.channels[id] = nil
    return .empty(204)
  }

  /// The later of nothing: what is asked for, in milliseconds since 1970 or by `ttl` in seconds, within the
  /// longest life.
  private static func expiry(_ body: JSON, _ now: Timestamp) -> Timestamp {
    let asked = body["expiration"]?.string.flatMap(Int64.init) ?? body["expiration"]?.integer
    let life = body["params"]?["ttl"]?.string.flatMap(Int64.init)
    let wanted =
      asked.map { Timestamp(milliseconds: $0) } ?? now + (life.map { .seconds($0) } ?? usualLife)
    return min(wanted, now + longestLife)
  }
}

extension World {
  fileprivate mutating func notify(_ channelID: String, _ state: String) {
    google.channels[channelID]?.messages += 1
    guard let channel = google.channels[channelID] else { return }
    notify(.google, url: channel.address, headers: channel.headers(state))
  }

  mutating func notifyChannels(of calendar: String) {
    for (id, channel) in google.channels where channel.calendar == calendar {
      if channel.expires > now { notify(id, "exists") }
    }
  }
}

/// `Fri, 15 Jan 2027 09:00:00 GMT` (RFC 9110 section 5.6.7).
func httpDate(_ instant: Timestamp) -> String {
  let local = Zone.utc.local(at: instant)
  let days: [Weekday: String] = [
    .mon: "Mon", .tue: "Tue", .wed: "Wed", .thu: "Thu", .fri: "Fri", .sat: "Sat", .sun: "Sun",
  ]
  let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
  let clock = Zone.utc.localText(instant).split(separator: "T")[1]
  let day = local.date.day < 10 ? "0\(local.date.day)" : "\(local.date.day)"
  return "\(days[local.date.weekday] ?? ""), \(day) \(months[local.date.month - 1])"
    + " \(local.date.year) \(clock) GMT"
}
