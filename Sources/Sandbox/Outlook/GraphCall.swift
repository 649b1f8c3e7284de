import Core

/// A call of Graph about one mailbox.
struct GraphCall {
  let request: WireRequest
  let grant: Grant
  let account: String
  let fault: Fault?
  let preferences: GraphPreferences

  init(
    request: WireRequest, grant: Grant, account: String, fault: Fault?, world: World
  ) throws(Refusal) {
    self.request = request
    self.grant = grant
    self.account = account
    self.fault = fault
    preferences = try GraphPreferences(request.headers["prefer"], in: world)
    guard world.outlook.mailboxes[account] != nil else {
      throw .graph(
        404, "MailboxNotEnabledForRESTAPI",
        "The mailbox is either inactive, soft-deleted, or is hosted on-premise.")
    }
  }

  func mailbox(in world: World) -> Mailbox {
    guard let mailbox = world.outlook.mailboxes[account] else {
      trap("a call is about a mailbox that is there")
    }
    return mailbox
  }

  func require(_ scopes: [String]) throws(Refusal) {
    guard grant.allows(anyOf: scopes) else { throw .graphAccessDenied }
  }

  func document() throws(Refusal) -> JSON {
    guard let json = request.json, json.object != nil else {
      throw .graphBody("Unable to read JSON request payload.")
    }
    return json
  }

  /// The parameters of an action, by name in lower case: Graph takes them in either spelling, and its own
  /// client writes them with a capital.
  func parameters() throws(Refusal) -> [String: JSON] {
    if request.body.isEmpty { return [:] }
    let members = try document().object?.members ?? []
    return Dictionary(members.map { ($0.key.lowercased(), $0.value) }) { first, _ in first }
  }

  /// An answer with what was made of the preferences.
  func ok(_ json: JSON, status: Int = 200) -> Answer {
    let applied = preferences.applied
    return .json(
      status, json,
      headers: applied.isEmpty
        ? [] : [("Preference-Applied", applied.joined(separator: ", "))])
  }

  func context(_ what: String) -> JSON {
    .string("\(request.origin)/v1.0/$metadata#users('\(percentEncoded(account))')/\(what)")
  }

  static let reading = [
    "Calendars.Read", "Calendars.ReadWrite", "Calendars.Read.Shared", "Calendars.ReadWrite.Shared",
  ]
  static let writing = ["Calendars.ReadWrite", "Calendars.ReadWrite.Shared"]
}

/// `Calendars.Read` for `https://graph.microsoft.com/Calendars.Read`: Graph reads both alike.
func graphScope(_ text: String) -> String {
  let resource = "https://graph.microsoft.com/"
  return text.hasPrefix(resource) ? String(text.dropFirst(resource.count)) : text
}
