import Bookings
import Calendars
import Core
import Workers

extension AccountDesk {
  /// Asks the provider to call no more about an account that is gone here. What it does not hear of ends by
  /// itself, and nobody believes it any more.
  func end(_ watches: [Watch], of connection: Connection, _ sealed: [UInt8]) {
    let promises = watches.compactMap { watch in watch.promise.map { (watch.calendar, $0) } }
    if promises.isEmpty { return }
    do {
      guard let credential = AccountCredential(json: try keys.open(sealed, for: connection.id.text))
      else { return }
      let provider = try provider(of: connection, credential)
      let calendars = try store.calendars(of: connection.id)
      for (id, promise) in promises {
        guard let calendar = calendars.first(where: { $0.id == id }) else { continue }
        try provider.unwatch(CalendarWatch(promise), of: calendar)
      }
    } catch {
      log(.watchesNotEnded(connection.id, "\(error)"))
    }
  }
}
