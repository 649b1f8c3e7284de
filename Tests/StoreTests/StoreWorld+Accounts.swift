import Bookings
import Core
import Store

extension StoreWorld {
  /// A Google account with one calendar, at version 1 of its credential.
  @discardableResult
  func addAccount(_ id: String = "con_g", username: String = "ada@example.com") throws
    -> ConnectionID
  {
    let connection = Connection(
      id: ConnectionID(id), organization: StoreWorld.organization, host: StoreWorld.host.id,
      provider: .google, name: username, url: "", username: username, state: .connected,
      createdAt: time.now())
    let kept = try store.connect(
      connection, secret: .credential([1]),
      calendars: [
        Calendar(
          id: CalendarID("cal_\(id)"), connection: connection.id, remoteID: "primary",
          name: "Ada", timeZone: "UTC", isWritable: true)
      ], request: nil
    ) { _, _ in [] }
    return kept.connection.id
  }

  func version(of connection: ConnectionID) throws -> Int? {
    try store.credential(of: connection)?.version
  }
}
