/// The calendar owner's addresses, as CalDAV's calendar-user-address-set tells them: with or
/// without `mailto:`, compared without case.
struct OwnAddresses: Sendable {
  private let addresses: Set<String>

  init(_ addresses: Set<String>) { self.addresses = Set(addresses.map(OwnAddresses.normalized)) }

  /// Whether the owner was invited to the event and said no.
  func declined(_ event: Component) -> Bool {
    event.all("ATTENDEE").contains { attendee in
      attendee["PARTSTAT"]?.uppercased() == "DECLINED" && contains(attendee)
    }
  }

  /// Whether an ATTENDEE or ORGANIZER line is the owner.
  func contains(_ line: ContentLine) -> Bool {
    addresses.contains(OwnAddresses.normalized(line.value))
      // iCloud names people by a path and gives the address beside it (RFC 7986 section 6.2).
      || line["EMAIL"].map { addresses.contains(OwnAddresses.normalized($0)) } ?? false
  }

  private static func normalized(_ address: String) -> String {
    let lower = address.lowercased()
    return lower.hasPrefix("mailto:") ? String(lower.dropFirst(7)) : lower
  }
}
