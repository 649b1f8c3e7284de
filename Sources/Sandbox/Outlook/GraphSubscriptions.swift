import Core

/// `/subscriptions`: made and renewed only once the endpoints have proved that they want the notifications.
enum GraphSubscriptions {
  private static let longestLife: Duration = .minutes(10_080)
  private static let shortestLife: Duration = .minutes(45)
  private static let most = 1000

  static func reaction(
    _ request: WireRequest, _ grant: Grant, _ path: [String], in world: inout World
  ) throws(Refusal) -> Reaction {
    guard grant.allows(anyOf: GraphCall.reading) else { throw .graphAccessDenied }
    switch (request.method, path.count) {
    case ("POST", 0): return try create(request, grant, in: &world)
    case ("GET", 0):
      let own = world.outlook.subscriptions.values.filter { isOf($0, grant, world.now) }
        .sorted { $0.id < $1.id }
      return .answer(.ok(["value": .array(own.map(\.json))]))
    case ("GET", 1): return .answer(.ok(try existing(path[0], grant, world).json))
    case ("PATCH", 1): return try renew(request, existing(path[0], grant, world), in: &world)
    case ("POST", 2) where path[1] == "reauthorize":
      _ = try existing(path[0], grant, world)
      return .answer(.empty(204))
    case ("DELETE", 1):
      world.outlook.subscriptions[try existing(path[0], grant, world).id] = nil
      return .answer(.empty(204))
    default: throw GraphRoutes.notSupported
    }
  }

  private static func create(
    _ request: WireRequest, _ grant: Grant, in world: inout World
  ) throws(Refusal) -> Reaction {
    guard let body = request.json, body.object != nil else {
      throw .graphBody("Unable to read JSON request payload.")
    }
    guard let url = body["notificationUrl"]?.string, Courier.reaches(url) else {
      throw invalid("The notificationUrl must be on this machine: the sandbox posts nowhere else.")
    }
    let lifecycleURL = body["lifecycleNotificationUrl"]?.string
    guard lifecycleURL.map(Courier.reaches) ?? true else {
      throw invalid("The lifecycleNotificationUrl must be on this machine.")
    }
    guard let resource = body["resource"]?.string,
      let account = account(of: resource, grant, world)
    else { throw invalid("The resource is not supported.") }
    let types = (body["changeType"]?.string ?? "").split(separator: ",").map(String.init)
    guard !types.isEmpty, types.allSatisfy(["created", "updated", "deleted"].contains) else {
      throw invalid("The changeType is not supported.")
    }
    guard (body["clientState"]?.string ?? "").count <= 128 else {
      throw invalid("The clientState is longer than 128 characters.")
    }
    let own = world.outlook.subscriptions.values.filter {
      $0.account == account && $0.expires > world.now
    }
    guard own.count < most else {
      throw .graph(403, "ExtensionError", "The maximum number of subscriptions is reached.")
    }
    guard
      !own.contains(where: { $0.url == url && $0.resource == resource && $0.changeTypes == types })
    else { throw .graph(409, "Conflict", "Subscription already exists for the same resource.") }
    let subscription = GraphSubscription(
      id: world.uuid(), account: account, resource: resource, changeTypes: types, url: url,
      lifecycleURL: lifecycleURL, clientState: body["clientState"]?.string,
      application: grant.client, expires: try expiry(body, world.now))
    return handshake(subscription, in: world) { world in
      world.outlook.subscriptions[subscription.id] = subscription
      return .json(201, subscription.json)
    }
  }

  private static func renew(
    _ request: WireRequest, _ subscription: GraphSubscription, in world: inout World
  ) throws(Refusal) -> Reaction {
    var renewed = subscription
    renewed.expires = try expiry(request.json ?? .null, world.now)
    return handshake(renewed, in: world) { [renewed] world in
      world.outlook.subscriptions[renewed.id] = renewed
      return .json(200, renewed.json)
    }
  }

  private static func handshake(
    _ subscription: GraphSubscription, in world: World,
    then finish: @escaping @Sendable (inout World) -> Answer
  ) -> Reaction {
    let urls = [subscription.url] + (subscription.lifecycleURL.map { [$0] } ?? [])
    return .question(
      Question(urls: urls.map { ($0, "Validation-\(world.token(18))") }) { world, agreed in
        agreed
          ? finish(&world)
          : .graphError(
            400, code: "ValidationError",
            message: "Subscription validation request failed. Response must exactly match"
              + " validationToken query parameter.")
      })
  }

  /// Shorter is raised, longer refused.
  private static func expiry(_ body: JSON, _ now: Timestamp) throws(Refusal) -> Timestamp {
    guard let text = body["expirationDateTime"]?.string, let wanted = Timestamp(rfc3339: text)
    else {
      throw invalid("The expirationDateTime is missing.")
    }
    guard wanted > now, wanted - now <= longestLife else {
      throw invalid("Subscription expiration can only be 10080 minutes in the future.")
    }
    return max(wanted, now + shortestLife)
  }

  private static func account(of resource: String, _ grant: Grant, _ world: World) -> String? {
    let parts = resource.split(separator: "/").map(String.init)
    guard parts.last?.lowercased() == "events" else { return nil }
    if parts.first == "me" { return grant.account }
    guard parts.first?.lowercased() == "users", parts.count > 2,
      let mailbox = world.outlook.mailbox(parts[1])
    else { return nil }
    return grant.account == nil || grant.account == mailbox.email ? mailbox.email : nil
  }

  private static func isOf(_ subscription: GraphSubscription, _ grant: Grant, _ now: Timestamp)
    -> Bool
  {
    subscription.application == grant.client && subscription.expires > now
      && (grant.account == nil || grant.account == subscription.account)
  }

  private static func existing(
    _ id: String, _ grant: Grant, _ world: World
  ) throws(Refusal) -> GraphSubscription {
    guard let subscription = world.outlook.subscriptions[id], isOf(subscription, grant, world.now)
    else {
      throw .graph(404, "ResourceNotFound", "The object was not found.")
    }
    return subscription
  }

  private static func invalid(_ message: String) -> Refusal {
    .graph(400, "ValidationError", message)
  }
}

extension World {
  /// Tells the endpoint for lifecycle events of each subscription, if it has one.
  mutating func notifyLifecycle(of account: String, _ event: String) {
    for subscription in outlook.subscriptions.values.sorted(by: { $0.id < $1.id })
    where subscription.account == account {
      guard let url = subscription.lifecycleURL else { continue }
      let body: JSON = [
        "value": [
          [
            "subscriptionId": .string(subscription.id),
            "subscriptionExpirationDateTime": .string(subscription.expires.rfc3339),
            "tenantId": .string(GraphSubscription.tenant),
            "clientState": subscription.clientState.map(JSON.string) ?? .null,
            "lifecycleEvent": .string(event),
          ]
        ]
      ]
      notify(
        .outlook, url: url, headers: [("Content-Type", "application/json; charset=utf-8")],
        body: body.serialized())
      if event == "subscriptionRemoved" { outlook.subscriptions[subscription.id] = nil }
    }
  }

  mutating func notifySubscriptions(of account: String, _ event: GraphEvent, _ change: String) {
    let meant = outlook.subscriptions.values.filter {
      $0.account == account && $0.expires > now && $0.changeTypes.contains(change)
    }
    for subscription in meant.sorted(by: { $0.id < $1.id }) {
      let user = outlook.mailboxes[account]?.userID ?? account
      let resource = "Users/\(user)/Events/\(event.immutableID)"
      let body: JSON = [
        "value": [
          [
            "subscriptionId": .string(subscription.id),
            "clientState": subscription.clientState.map(JSON.string) ?? .null,
            "changeType": .string(change), "resource": .string(resource),
            "subscriptionExpirationDateTime": .string(subscription.expires.rfc3339),
            "tenantId": .string(GraphSubscription.tenant),
            "resourceData": [
              "@odata.type": "#Microsoft.Graph.Event", "@odata.id": .string(resource),
              "@odata.etag": .string("W/\"\(event.changeKey)\""), "id": .string(event.immutableID),
            ],
          ]
        ]
      ]
      notify(
        .outlook, url: subscription.url,
        headers: [("Content-Type", "application/json; charset=utf-8")],
        body: body.serialized())
    }
  }
}
