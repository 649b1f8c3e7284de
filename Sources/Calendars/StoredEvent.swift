import Bookings

/// An event as the provider has it.
package struct StoredEvent: Equatable, Sendable {
  package let reference: EventReference
  /// The one that guests see: ours, unless the provider makes its own.
  package let uid: String
  package let interval: Interval
  /// That of the last change that we made, or a later one where other programs count too.
  package let sequence: Int
  /// Kept by the provider, but marked as cancelled.
  package let isCancelled: Bool
  /// Mail addresses of who is invited, as the provider spells them.
  package let attendees: [String]

  package init(
    reference: EventReference, uid: String, interval: Interval, sequence: Int, isCancelled: Bool,
    attendees: [String] = []
  ) {
    self.reference = reference
    self.uid = uid
    self.interval = interval
    self.sequence = sequence
    self.isCancelled = isCancelled
    self.attendees = attendees
  }

  /// Whether somebody is among those invited. Domains and, everywhere in practice, names before the `@`
  /// do not tell upper case from lower.
  package func invites(_ email: String) -> Bool {
    attendees.contains { $0.lowercased() == email.lowercased() }
  }
}
