import Bookings
import Core
import Queue

/// What a job carries that compares a booking with its event.
struct ObservePayload: Sendable, Equatable {
  static let version = 1

  let booking: BookingID
  /// The list of changes said that the event is gone, or left it out.
  var isReportedGone = false
  /// Of the second look: when the event was first seen as it is not agreed, and how.
  var seen: (difference: EventDifference, since: Timestamp)?

  init(booking: BookingID) { self.booking = booking }

  init(_ job: ClaimedJob) throws(JobError) {
    do {
      let json = try JSON.parse(Array(job.payload.utf8))
      self = try FieldReader.read(json) { ObservePayload(reading: $0) }
    } catch {
      throw JobError(.permanent, "the payload does not read: \(error)")
    }
  }

  private enum Seen: String, CaseIterable { case gone, moved }

  private init?(reading fields: FieldReader) {
    let version = fields.integer("version", in: ObservePayload.version...ObservePayload.version)
    let booking = fields.line("bookingId", length: 1...100)
    let since = fields.optionalInstant("since")
    let seen = fields.optionalChoice("seen", Seen.self)
    let start = fields.optionalInstant("start")
    let end = fields.optionalInstant("end")
    let reported = fields.optionalChoice("reported", Seen.self)
    guard version != nil, let booking else { return nil }
    self.booking = BookingID(booking)
    isReportedGone = reported == .gone
    switch seen {
    case nil: break
    case .gone?: self.seen = since.map { (.gone, $0) }
    case .moved?:
      guard let start, let end, start <= end else {
        fields.report("end", "must not be before start")
        return nil
      }
      self.seen = since.map { (.elsewhere(Interval(start: start, end: end)), $0) }
    }
  }

  var json: JSON {
    var members: [(String, JSON)] = [
      ("version", .integer(Int64(ObservePayload.version))), ("bookingId", .string(booking.text)),
    ]
    if isReportedGone { members.append(("reported", .string(Seen.gone.rawValue))) }
    if let seen {
      members.append(("since", .string(seen.since.rfc3339)))
      switch seen.difference {
      case .gone: members.append(("seen", .string(Seen.gone.rawValue)))
      case .elsewhere(let time):
        members += [
          ("seen", .string(Seen.moved.rawValue)), ("start", .string(time.start.rfc3339)),
          ("end", .string(time.end.rfc3339)),
        ]
      }
    }
    return .object(JSONObject(members))
  }

  static func == (a: ObservePayload, b: ObservePayload) -> Bool { a.json == b.json }
}

/// How an event is not as it was agreed.
enum EventDifference: Sendable, Equatable {
  case gone
  case elsewhere(Interval)
}

extension EventDifference {
  /// Nil where the event stands as agreed. An event of no length says when, and not how long.
  init?(_ time: Interval?, agreed: Interval) {
    guard let time else {
      self = .gone
      return
    }
    let meant = time.isEmpty ? Interval(start: time.start, duration: agreed.duration) : time
    if meant == agreed { return nil }
    self = .elsewhere(meant)
  }
}
