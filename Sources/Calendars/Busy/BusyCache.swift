import Bookings
import Core

/// What was read of calendars, and which of them are better left alone for now.
struct BusyCache {
  struct Reading {
    let window: Interval
    /// The event that was left out.
    let except: EventKey?
    /// Sorted by start.
    let busy: [BusyInterval]
    /// When the provider was asked: the reading is true of no later moment.
    let asOf: Timestamp
    let askedAt: MonotonicInstant
    /// Cleared by our own write to the calendar; then the reading serves only for want of a better one.
    var isCurrent = true

    func overlapping(_ asked: Interval) -> [BusyInterval] {
      var found: [BusyInterval] = []
      for interval in busy {
        // Sorted by start: from here on nothing can overlap.
        if interval.interval.start >= asked.end { break }
        if interval.interval.overlaps(asked) { found.append(interval) }
      }
      return found
    }
  }

  private struct Entry {
    /// The latest first.
    var readings: [Reading] = []
    var pausedUntil = MonotonicInstant(nanoseconds: 0)
  }

  private var entries: [CalendarID: Entry] = [:]

  /// The latest reading that covers `asked`, no older than `age`; with `current`, none from before our
  /// own last write.
  func reading(
    of calendar: CalendarID, covering asked: Interval, except own: EventKey?, age: Duration,
    now: MonotonicInstant, current: Bool
  ) -> Reading? {
    entries[calendar]?.readings.first { reading in
      reading.except == own && reading.window.contains(asked) && now - reading.askedAt <= age
        && (reading.isCurrent || !current)
    }
  }

  func isPaused(_ calendar: CalendarID, now: MonotonicInstant) -> Bool {
    entries[calendar].map { now < $0.pausedUntil } ?? false
  }

  mutating func store(_ reading: Reading, of calendar: CalendarID) {
    makeRoom(for: calendar)
    var readings = entries[calendar]?.readings ?? []
    readings.removeAll { $0.except == reading.except && reading.window.contains($0.window) }
    readings.insert(reading, at: 0)
    entries[calendar] = Entry(readings: Array(readings.prefix(BusyReaderLimit.windowsPerCalendar)))
  }

  mutating func pause(_ calendar: CalendarID, until instant: MonotonicInstant) {
    makeRoom(for: calendar)
    entries[calendar, default: Entry()].pausedUntil = instant
  }

  mutating func demote(_ calendar: CalendarID) {
    guard var entry = entries[calendar] else { return }
    for index in entry.readings.indices { entry.readings[index].isCurrent = false }
    entries[calendar] = entry
  }

  /// Forgetting everything is rare, cheap, and costs each page one read.
  private mutating func makeRoom(for calendar: CalendarID) {
    if entries.count >= BusyReaderLimit.calendars && entries[calendar] == nil { entries = [:] }
  }
}
