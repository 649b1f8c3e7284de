import Core

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

  /// What is asked for, in milliseconds since 1970 or by `ttl` in seconds, within the longest life.
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
    let watching = google.channels.values.filter { $0.calendar == calendar && $0.expires > now }
    for id in watching.map(\.id).sorted() { notify(id, "exists") }
  }
}
