import Bookings
import Calendars

// Our mark: who copies an event of ours copies it too.

extension FakeCalendar {
  package func ownEvents(
    in calendar: Calendar, during window: Interval
  ) throws(ProviderError) -> [MarkedEvent] {
    let (listed, copies) = state.withLock { state in
      let events = state.events.filter { !$0.value.isCancelled && !state.unlisted.contains($0.key) }
      return (
        events.map { MarkedEvent(remoteID: $0.key, key: $0.key, interval: $0.value.interval) },
        state.copies
      )
    }
    return (listed + copies).filter { $0.interval.overlaps(window) }
      .sorted { $0.remoteID < $1.remoteID }
  }

  package func removeCopy(_ copy: MarkedEvent, in calendar: Calendar) throws(ProviderError) {
    state.withLock { state in
      state.copies.removeAll { $0.remoteID == copy.remoteID && $0.key == copy.key }
    }
  }

  /// Somebody copies the event to another time.
  package func copyByHand(_ key: String, to interval: Interval) {
    state.withLock { state in
      state.copies.append(
        MarkedEvent(
          remoteID: "copy-\(state.copies.count)", key: key, interval: interval))
    }
  }

  /// The list of marked events is late.
  package func leaveOut(_ key: String) { state.withLock { _ = $0.unlisted.insert(key) } }

  /// An event of ours, or one that looks so.
  package func put(_ event: Event, _ key: String) { state.withLock { $0.put(event, key) } }
}
