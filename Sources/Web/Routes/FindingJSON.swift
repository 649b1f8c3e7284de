import Bookings
import Core

// Findings as operators see them, by HTTP and by command alike.

extension Finding: JSONWritable {
  package func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("id", id.description)
      $0.field("kind", difference.kind.rawValue)
      $0.field("state", resolution == nil ? "open" : "resolved")
      $0.field("calendar", calendar)
      $0.field("booking", difference.booking?.text)
      $0.field("isCopy", difference.isCopy)
      $0.field("agreed", difference.agreed)
      $0.field("found", difference.found)
      $0.field("firstSeenAt", firstSeenAt)
      $0.field("lastSeenAt", lastSeenAt)
      $0.field("resolvedAt", resolvedAt)
      $0.field("resolution", resolution?.rawValue)
      $0.field("repairs", Repair.all(for: difference.kind).map(\.rawValue))
      $0.field("repair", asked)
    }
  }

  var json: [UInt8] {
    var writer = JSONWriter()
    writer.value(self)
    return writer.bytes
  }
}

extension Finding.Asked: JSONWritable {
  package func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("repair", repair.rawValue)
      $0.field("by", by)
      $0.field("at", at)
      $0.field("job", job)
    }
  }
}

extension Repair {
  /// What it would do, in words that follow "would".
  package var words: String {
    switch self {
    case .recreateEvent: "make the event anew at the booking's time, if that is still free"
    case .cancelBooking: "end the booking as cancelled by its host and tell its guests"
    case .removeEvent: "take the event off the calendar"
    case .followCalendar: "let the booking take the event's time and tell its guests"
    case .restoreTime: "move the event back to the booking's time, if that is still free"
    }
  }
}

extension RepairRefusal {
  /// In words that follow the finding's name.
  package var words: String {
    switch self {
    case .notFound: "does not exist"
    case .resolved(let resolution): "is resolved already (\(resolution.rawValue))"
    case .doesNotFit(let kind):
      "is of the kind \(kind.rawValue): it can be repaired by "
        + Repair.all(for: kind).map(\.rawValue).joined(separator: " or ")
    case .isCopy:
      "is a copy that somebody has made of an event of ours: it is removed only if copies are "
        + "meant too"
    case .underWay(let job): "is being repaired by \(job)"
    case .bookingIsBusy: "is about a booking that another job has in hand"
    case .requestDiffers: "was repaired under this Idempotency-Key by another request"
    }
  }
}
