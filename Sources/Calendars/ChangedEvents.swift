/// Collects what a reading tells, page by page: what is told twice counts as it was told last.
struct ChangedEvents {
  private(set) var all: [ChangedEvent] = []
  private var places: [String: Int] = [:]

  mutating func add(_ event: ChangedEvent) {
    if let place = places[event.remoteID] {
      all[place] = event
    } else {
      places[event.remoteID] = all.count
      all.append(event)
    }
  }
}
