import Bookings
import Calendars

// What the owner does by hand to single events of ours, and how the provider tells of it.

extension FakeCalendar {
  /// In an order that is always the same.
  package var keys: [String] { state.withLock { $0.events.keys.sorted() } }

  package func event(_ key: String) -> Event? { state.withLock { $0.events[key] } }

  package func moveByHand(_ key: EventKey, to interval: Interval) {
    moveByHand(key.text, to: interval)
  }

  package func moveByHand(_ key: String, to interval: Interval) {
    state.withLock { state in
      guard var event = state.events[key], !event.isCancelled else { return }
      event.interval = interval
      state.put(event, key)
    }
  }

  package func deleteByHand(_ key: EventKey) { deleteByHand(key.text) }

  package func deleteByHand(_ key: String) { state.withLock { $0.put(nil, key) } }

  package func restore(_ event: Event, _ key: EventKey) {
    state.withLock { $0.put(event, key.text) }
  }

  /// The next list of changes says that our events are gone; they are not.
  package func sayThatAllIsGone() {
    state.withLock { $0.phantoms = Set($0.events.keys) }
  }

  /// Positions of before are no longer known: the next reading is a whole one.
  package func forgetPositions() {
    state.withLock { state in
      state.epoch += 1
      state.changes = []
    }
  }

  /// What has become of the video meetings on its events.
  package func setConference(_ conference: Conference) {
    state.withLock { state in
      state.conference = conference
      state.changes += state.events.keys.sorted()
    }
  }

  /// Somebody has answered, which changes the events.
  package func answer(_ guests: StoredGuest...) {
    state.withLock { state in
      state.guests = guests
      state.changes += state.events.keys.sorted()
    }
  }

  /// The whole calendar is gone from the account, with everything on it.
  package func deleteCalendar() {
    removeEvents()
    state.withLock { $0.calendars = [] }
  }
}
