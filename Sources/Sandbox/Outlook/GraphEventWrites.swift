import Core

/// Events made, changed, deleted, cancelled and answered.
enum GraphEventWrites {
  static func create(
    _ call: GraphCall, _ calendar: GraphCalendar?, in world: inout World
  ) throws(Refusal) -> Answer {
    try call.require(GraphCall.writing)
    let mailbox = call.mailbox(in: world)
    guard let calendar = calendar ?? mailbox.defaultCalendar else { throw .graphItemNotFound }
    guard calendar.canEdit else { throw .graphAccessDenied }
    let body = try call.document()
    try GraphEventDraft.check(names: body)
    let transaction = body["transactionId"]?.string
    if let transaction, let number = mailbox.transactions[transaction] {
      return try repeated(number, call, in: world)
    }
    let event = try world.newGraphEvent(body, in: calendar, of: mailbox)
    if let transaction {
      world.outlook.mailboxes[call.account]?.transactions[transaction] = event.number
    }
    let stored = world.store(event, in: call.account, "created")
    world.mailGuests(from: nil, to: stored, .always, comment: nil, account: call.account)
    return created(stored, call, in: world)
  }

  /// The three answers that were seen to a second create of one transaction.
  private static func repeated(
    _ number: Int, _ call: GraphCall, in world: World
  ) throws(Refusal) -> Answer {
    let mailbox = call.mailbox(in: world)
    let event = mailbox.event(number: number).flatMap { mailbox.isThere($0) ? $0 : nil }
    switch world.settings.duplicateTransaction {
    case .created:
      if let event { return created(event, call, in: world) }
      throw duplicate(409, nil, call)
    case .conflict: throw duplicate(409, event, call)
    case .badRequest: throw duplicate(400, event, call)
    }
  }

  private static func duplicate(_ status: Int, _ event: GraphEvent?, _ call: GraphCall) -> Refusal {
    let error: JSON = [
      "code": "ErrorDuplicateTransactionId",
      "message": "The transaction id has been used for another event.",
    ]
    return Refusal(
      .json(
        status,
        [
          "error": error.adding(
            "@event.existingEventId", event.map { .string($0.id(call.preferences)) })
        ]))
  }

  private static func created(_ event: GraphEvent, _ call: GraphCall, in world: World) -> Answer {
    var answer = call.ok(GraphEventReads.json(event, call, in: world), status: 201)
    let id = percentEncoded(event.id(call.preferences))
    answer.headers.append(
      ("Location", "\(call.request.origin)/v1.0/users('\(call.account)')/events('\(id)')"))
    return answer
  }

  static func change(
    _ call: GraphCall, _ id: String, _ calendar: GraphCalendar?, in world: inout World
  ) throws(Refusal) -> Answer {
    try call.require(GraphCall.writing)
    let event = try GraphEventReads.existing(id, calendar, call, in: world)
    let body = try call.document()
    try GraphEventDraft.check(names: body)
    let isOrganizer = event.organizer.email == call.account
    let names = Set(body.object?.keys ?? [])
    guard isOrganizer || names.isSubset(of: GraphEventWrites.ownProperties) else {
      throw .graph(
        403, "ErrorAccessDenied", "Only the organizer can change what all guests share.")
    }
    var changed = try world.merged(event, with: body)
    let isMoved = changed.start != event.start || changed.end != event.end
    if isOrganizer, isMoved || names.contains("location") { changed.resetResponses() }
    let stored = world.store(changed, in: call.account, "updated")
    if isOrganizer {
      world.mailGuests(
        from: event, to: stored, names.isDisjoint(with: toldProperties) ? .changedOnly : .always,
        comment: nil, account: call.account)
    }
    return call.ok(GraphEventReads.json(stored, call, in: world))
  }

  /// Guests learn of these; a category or a reminder is the host's own business.
  private static let toldProperties: Set<String> = [
    "subject", "body", "start", "end", "location", "locations", "isAllDay", "isOnlineMeeting",
    "importance", "sensitivity",
  ]

  /// What a guest may set on the own copy.
  private static let ownProperties: Set<String> = [
    "categories", "showAs", "isReminderOn", "reminderMinutesBeforeStart", "sensitivity",
    "singleValueExtendedProperties",
  ]

  static func delete(
    _ call: GraphCall, _ id: String, _ calendar: GraphCalendar?, comment: String?,
    in world: inout World
  ) throws(Refusal) -> Answer {
    try call.require(GraphCall.writing)
    let event = try GraphEventReads.existing(id, calendar, call, in: world)
    world.remove(event, from: call.account, comment: comment)
    return .empty(204)
  }

  static func act(
    _ call: GraphCall, _ id: String, _ calendar: GraphCalendar?, _ action: String,
    in world: inout World
  ) throws(Refusal) -> Answer {
    try call.require(GraphCall.writing)
    let answers = [
      "accept": "accepted", "tentativelyAccept": "tentativelyAccepted", "decline": "declined",
    ]
    let parameters = try call.parameters()
    var event = try GraphEventReads.existing(id, calendar, call, in: world)
    let isOrganizer = event.organizer.email == call.account
    if action == "cancel" {
      // Only a meeting can be cancelled, and only by its organizer; the answer is the same for both.
      guard isOrganizer, !event.guests.isEmpty else {
        throw .graphInvalid(
          "Your request can't be completed. You need to be an organizer to cancel a meeting.")
      }
      let comment = parameters["comment"]?.string ?? ""
      world.remove(event, from: call.account, comment: comment)
      return .empty(202)
    }
    guard let response = answers[action] else { throw GraphRoutes.notSupported }
    guard !isOrganizer else {
      throw .graphInvalid(
        "Your request can't be completed. You can't respond to this meeting because you're the"
          + " meeting organizer.")
    }
    event.fields["responseStatus"] = [
      "response": .string(response), "time": .string(world.now.graphText),
    ]
    _ = world.store(event, in: call.account, "updated")
    return .empty(202)
  }
}
