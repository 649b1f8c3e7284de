import Bookings
import Core
import ICalendar

/// Who invites is decided once for each calendar: the server, where it says `calendar-auto-schedule` and
/// the account has an outbox (RFC 6638 section 2), else we.
extension CalDAVProvider {
  package func invitesGuests(of calendar: Calendar) throws(ProviderError) -> Bool {
    try scheduling(of: calendar).isByServer
  }

  func scheduling(of calendar: Calendar) throws(ProviderError) -> CalDAVScheduling {
    if let known = schedulings.withLock({ $0[calendar.id] }) { return known }
    let found = try askScheduling(of: calendar)
    schedulings.withLock { $0[calendar.id] = found }
    return found
  }

  private func askScheduling(of calendar: Calendar) throws(ProviderError) -> CalDAVScheduling {
    let (response, _) = try client.send("OPTIONS", to: try location(of: calendar))
    // A server that refuses the question has not said that it invites. One that is in trouble is asked
    // again before anything is written.
    if response.status >= 500 || response.status == 429 {
      throw client.error(response, "OPTIONS")
    }
    let features = response.headers.filter { $0.name.lowercased() == "dav" }
      .flatMap { $0.value.split(separator: ",") }
      .map { $0.filter { $0 != " " }.lowercased() }
    guard features.contains("calendar-auto-schedule"), let principal = try principal(),
      principal.hasOutbox
    else { return .byUs }
    let addresses = principal.addresses.compactMap(\.mailAddress).sorted()
    return addresses.isEmpty ? .byUs : .byServer(addresses)
  }
}

extension String {
  /// The address of a `mailto:`, in lower case.
  fileprivate var mailAddress: String? {
    let text = lowercased()
    guard text.hasPrefix("mailto:"), text.utf8.count > 7 else { return nil }
    return String(text.dropFirst(7))
  }
}

extension StoredGuest {
  /// A server that schedules tells every guest whose agent is not CLIENT or NONE. Of its attempts it says
  /// so where they failed: codes that begin with 3 or 5 (RFC 6638 section 3.2.9).
  init(_ guest: EventReading.Guest) {
    let status = guest.scheduleStatus ?? ""
    self.init(
      email: guest.email, answer: guest.participation.word,
      isTold: guest.agent == .server && !status.hasPrefix("3.") && !status.hasPrefix("5."))
  }
}

extension EventObject.Participation {
  package var word: GuestAnswer.Word {
    switch self {
    case .accepted: .accepted
    case .declined: .declined
    case .tentative: .tentative
    // Whoever was sent instead has not answered.
    case .needsAction, .delegated: .needsAction
    }
  }
}
