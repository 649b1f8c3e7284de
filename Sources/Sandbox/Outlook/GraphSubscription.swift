import Core

/// Somebody who wants to hear of a mailbox's changes.
struct GraphSubscription: Sendable {
  /// Whose directory it is; the sandbox has one.
  static let tenant = "5a0dbb0c-0000-4000-8000-5a0dbb0c5a0d"

  let id: String
  let account: String
  let resource: String
  let changeTypes: [String]
  let url: String
  let lifecycleURL: String?
  let clientState: String?
  let application: String
  var expires: Timestamp

  var json: JSON {
    [
      "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#subscriptions/$entity",
      "id": .string(id), "resource": .string(resource), "applicationId": .string(application),
      "changeType": .string(changeTypes.joined(separator: ",")),
      "clientState": clientState.map(JSON.string) ?? .null, "notificationUrl": .string(url),
      "lifecycleNotificationUrl": lifecycleURL.map(JSON.string) ?? .null,
      "expirationDateTime": .string(expires.rfc3339), "creatorId": .string(account),
      "includeResourceData": .null, "latestSupportedTlsVersion": "v1_2",
    ]
  }
}
