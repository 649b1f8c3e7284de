import Core

/// The user, the mailbox's settings, and its calendars.
enum GraphCalendars {
  static func user(_ call: GraphCall, in world: World) throws(Refusal) -> Answer {
    try call.require(["User.Read", "User.Read.All", "User.ReadBasic.All"])
    let mailbox = call.mailbox(in: world)
    let json: JSON = [
      "@odata.context": .string("\(call.request.origin)/v1.0/$metadata#users/$entity"),
      "id": .string(mailbox.userID), "displayName": .string(mailbox.name),
      "mail": .string(mailbox.email), "userPrincipalName": .string(mailbox.email),
      "givenName": .null, "surname": .null, "jobTitle": .null, "mobilePhone": .null,
      "officeLocation": .null, "preferredLanguage": .null, "businessPhones": [],
    ]
    return call.ok(GraphQuery(call.request).selected(json))
  }

  static func settings(_ call: GraphCall, in world: World) throws(Refusal) -> Answer {
    try call.require(["MailboxSettings.Read", "MailboxSettings.ReadWrite"])
    let mailbox = call.mailbox(in: world)
    return call.ok(
      [
        "@odata.context": call.context("mailboxSettings"), "timeZone": .string(mailbox.timeZone),
        "delegateMeetingMessageDeliveryOptions": "sendToDelegateOnly", "dateFormat": "yyyy-MM-dd",
        "timeFormat": "HH:mm", "userPurpose": "user",
        "language": ["locale": "en-US", "displayName": "English (United States)"],
        "workingHours": workingHours(of: mailbox),
      ])
  }

  static func list(_ call: GraphCall, in world: World) throws(Refusal) -> Answer {
    try call.require(GraphCall.reading)
    let query = GraphQuery(call.request)
    let calendars = call.mailbox(in: world).calendars.filter { !$0.isDeleted }
    return call.ok(
      try query.page(
        calendars.map(\.json), context: call.context("calendars"), largest: 1000, preferred: nil))
  }

  static func get(_ call: GraphCall, _ calendar: GraphCalendar) throws(Refusal) -> Answer {
    try call.require(GraphCall.reading)
    let json = calendar.json.adding("@odata.context", call.context("calendars/$entity"))
    return call.ok(GraphQuery(call.request).selected(json))
  }

  static func workingHours(of mailbox: Mailbox) -> JSON {
    [
      "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"],
      "startTime": "08:00:00.0000000", "endTime": "17:00:00.0000000",
      "timeZone": ["name": .string(mailbox.timeZone)],
    ]
  }
}
