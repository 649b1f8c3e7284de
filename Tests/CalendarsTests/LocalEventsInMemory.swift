import Bookings
import Calendars
import Core
import Synchronization

/// `LocalEvents` as its comments say, without a database.
final class LocalEventsInMemory: LocalEvents {
  private struct Name: Hashable {
    let calendar: CalendarID
    let key: String
  }

  private let stored = Mutex<[Name: LocalEvent]>([:])

  var events: [LocalEvent] { stored.withLock { Array($0.values) } }

  func calendars(of connection: ConnectionID) throws(ProviderError) -> [RemoteCalendar] {
    [RemoteCalendar(remoteID: "local", name: "Local", timeZone: "UTC", isWritable: true)]
  }

  func insertIfAbsent(_ event: LocalEvent) throws(ProviderError) -> LocalEvent? {
    stored.withLock { stored in
      let name = Name(calendar: event.calendar, key: event.key)
      if let there = stored[name] { return there }
      stored[name] = event
      return nil
    }
  }

  func event(_ key: String, in calendar: CalendarID) throws(ProviderError) -> LocalEvent? {
    stored.withLock { $0[Name(calendar: calendar, key: key)] }
  }

  func update(
    _ key: String, in calendar: CalendarID, to interval: Interval, sequence: Int,
    expectedSequence: Int
  ) throws(ProviderError) -> Bool {
    stored.withLock { stored in
      let name = Name(calendar: calendar, key: key)
      guard var event = stored[name], event.sequence == expectedSequence else { return false }
      event.interval = interval
      event.sequence = sequence
      stored[name] = event
      return true
    }
  }

  func remove(_ key: String, in calendar: CalendarID) throws(ProviderError) {
    stored.withLock { $0[Name(calendar: calendar, key: key)] = nil }
  }

  func busy(
    in calendar: CalendarID, during window: Interval
  ) throws(ProviderError) -> [BusyInterval] {
    stored.withLock { stored in
      stored.values.filter { $0.calendar == calendar && $0.interval.overlaps(window) }
        .map { BusyInterval(interval: $0.interval, uid: $0.uid) }
        .sorted { $0.interval.start < $1.interval.start }
    }
  }
}
