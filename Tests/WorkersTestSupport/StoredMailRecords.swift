import Bookings
import Core
import Queue
import Store
import Synchronization
import Workers

/// What is known of mail, as the store has it, unless a test says that the disk refuses.
package final class StoredMailRecords: MailRecords {
  private let store: Store
  private let refused = Mutex<[Delivery.State]>([])
  private let before = Mutex<[Delivery.State: @Sendable () throws -> Void]>([:])
  private let afterwards = Mutex<[Delivery.State: @Sendable () throws -> Void]>([:])

  package init(store: Store) { self.store = store }

  /// The next time that this state is to be recorded of a message, it cannot be.
  package func refuse(_ state: Delivery.State) { refused.withLock { $0.append(state) } }

  /// Runs `body` when this state is about to be recorded of a message.
  package func beforeRecording(
    _ state: Delivery.State, _ body: @escaping @Sendable () throws -> Void
  ) {
    before.withLock { $0[state] = body }
  }

  /// Runs `body` when this state has been recorded of a message, before the caller goes on.
  package func afterRecording(
    _ state: Delivery.State, _ body: @escaping @Sendable () throws -> Void
  ) {
    afterwards.withLock { $0[state] = body }
  }

  package func host(_ id: HostID, of organization: OrganizationID) throws -> HostRecord? {
    try store.hosts(of: organization, host: id).first
  }

  package func link(_ id: LinkID) throws -> Link? { try store.link(id) }

  package func delivery(_ key: String) throws -> Delivery? { try store.delivery(key) }

  package func record(_ delivery: Delivery) throws {
    let isRefused = refused.withLock { refused in
      guard let index = refused.firstIndex(of: delivery.state) else { return false }
      refused.remove(at: index)
      return true
    }
    if isRefused { throw DiskIsFull() }
    if let body = before.withLock({ $0.removeValue(forKey: delivery.state) }) { try body() }
    try store.record(delivery)
    if let body = afterwards.withLock({ $0.removeValue(forKey: delivery.state) }) { try body() }
  }

  package func keepConference(_ url: String, of booking: BookingID) throws {
    try store.keepConference(url, of: booking)
  }

  package func booking(uid: String) throws -> BookingID? { try store.booking(uid: uid) }

  package func keep(uid: String, of booking: BookingID) throws {
    try store.keep(uid: uid, of: booking)
  }

  package func history(of booking: BookingID) throws -> [BookingHistoryEntry] {
    try store.history(of: booking)
  }

  package func record(_ answer: GuestAnswer, followUps: [NewJob]) throws -> Bool {
    try store.record(answer, followUps: followUps)
  }

  package func isToldByProvider(_ booking: BookingID, recipient: String) throws -> Bool {
    try store.isToldByProvider(booking, recipient: recipient)
  }
}
