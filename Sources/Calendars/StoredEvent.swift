import Bookings

/// An event as the provider has it.
package struct StoredEvent: Equatable, Sendable {
  package let reference: EventReference
  package let uid: String
  package let interval: Interval
  package let sequence: Int
  /// Kept by the provider, but marked as cancelled.
  package let isCancelled: Bool

  package init(
    reference: EventReference, uid: String, interval: Interval, sequence: Int, isCancelled: Bool
  ) {
    self.reference = reference
    self.uid = uid
    self.interval = interval
    self.sequence = sequence
    self.isCancelled = isCancelled
  }
}
