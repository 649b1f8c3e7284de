/// Where, or by what means, a meeting takes place.
package struct Location: Equatable, Sendable {
  package enum Kind: String, CaseIterable, Sendable {
    case unspecified, googleMeet, teams, phone, inPerson, custom
  }

  package var kind: Kind
  /// The host's words: a number, an address, a room's URL.
  package var text: String

  package init(_ kind: Kind, _ text: String = "") {
    self.kind = kind
    self.text = text
  }

  package static let unspecified = Location(.unspecified)
  package static func phone(_ text: String) -> Location { Location(.phone, text) }
  package static func inPerson(_ text: String) -> Location { Location(.inPerson, text) }
  package static func custom(_ text: String) -> Location { Location(.custom, text) }

  /// What stands as the place of an event: the host's words, or else the means by its name.
  package var place: String { text.isEmpty ? means ?? "" : text }

  /// What people read: both, where both say something.
  package var words: String {
    guard let means, !text.isEmpty else { return place }
    return "\(means): \(text)"
  }

  /// Why events on a calendar of that provider cannot have it; nil where they can.
  package func problem(onCalendarOf provider: Connection.Provider) -> String? {
    guard let maker = kind.maker, maker != provider, let means else { return nil }
    let makerName = maker == .google ? "Google" : "Outlook"
    return "\(means) is made by \(makerName) calendars, and bookings go to one of another kind"
  }

  private var means: String? {
    switch kind {
    case .unspecified, .custom: nil
    case .googleMeet: "Google Meet"
    case .teams: "Microsoft Teams"
    case .phone: "By phone"
    case .inPerson: "In person"
    }
  }
}

extension Location.Kind {
  /// Whose calendars make the video meeting that each event is to have; nil where none is made.
  package var maker: Connection.Provider? {
    switch self {
    case .googleMeet: .google
    case .teams: .outlook
    case .unspecified, .phone, .inPerson, .custom: nil
    }
  }
}
