/// What a calendar's server does about the guests of its events.
enum CalDAVScheduling: Equatable, Sendable {
  /// Nothing: we invite.
  case byUs
  /// It invites them, for organizers with one of these addresses: in lower case, never empty.
  case byServer([String])

  var isByServer: Bool { self != .byUs }

  /// The host's own address where the server knows it; else the first that it knows, because for any
  /// other it would not schedule (RFC 6638 section 3.2.1).
  func organizer(instead host: EventPerson) -> EventPerson {
    guard case .byServer(let addresses) = self, let first = addresses.first,
      !addresses.contains(host.email.lowercased())
    else { return host }
    return EventPerson(name: host.name, email: first)
  }
}
