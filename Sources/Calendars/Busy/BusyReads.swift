import Bookings
import Core
import Dispatch

/// The questions to providers that are under way.
struct BusyReads {
  struct Read {
    let connection: ConnectionID
    let calendars: [Calendar]
    let window: Interval
    /// A booking's event that the provider leaves out.
    let except: OwnEvent?
    let asOf: Timestamp
    let askedAt: MonotonicInstant
    /// Calendars written to since it began.
    var outdated: Set<CalendarID> = []
    var waiting: [(request: BusyRequest, calendar: CalendarID)]
  }

  private var reads: [Int: Read] = [:]
  private var lastID = 0
  private var queues: [ConnectionID: DispatchQueue] = [:]

  subscript(id: Int) -> Read? { reads[id] }

  /// Whether a read under way will answer; if so, the request waits for it. One that began before our
  /// last write to the calendar will not do.
  mutating func join(_ request: BusyRequest, _ calendar: Calendar) -> Bool {
    let fitting = reads.first { _, read in
      read.connection == calendar.connection && read.window.contains(request.during)
        && !read.outdated.contains(calendar.id)
        && read.except.key(in: calendar.id) == request.except.key(in: calendar.id)
        && read.calendars.contains { $0.id == calendar.id }
    }
    guard let id = fitting?.key else { return false }
    reads[id]?.waiting.append((request, calendar.id))
    return true
  }

  /// The read's number and the queue on which its account is asked; nil where too many are under way.
  mutating func begin(_ read: Read) -> (id: Int, queue: DispatchQueue)? {
    let ofAccount = reads.values.count { $0.connection == read.connection }
    guard reads.count < BusyReaderLimit.reads, ofAccount < BusyReaderLimit.readsPerAccount else {
      return nil
    }
    lastID += 1
    reads[lastID] = read
    let queue = queues[read.connection] ?? DispatchQueue(label: "bookend.busy")
    queues[read.connection] = queue
    return (lastID, queue)
  }

  mutating func end(_ id: Int) -> Read? {
    guard let read = reads.removeValue(forKey: id) else { return nil }
    if !reads.values.contains(where: { $0.connection == read.connection }) {
      queues[read.connection] = nil
    }
    return read
  }

  mutating func outdate(_ calendar: CalendarID) {
    for id in Array(reads.keys) { reads[id]?.outdated.insert(calendar) }
  }
}
