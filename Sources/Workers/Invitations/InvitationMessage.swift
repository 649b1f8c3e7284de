import Bookings
import ICalendar

/// Which message about a booking an invitation job sends.
package enum InvitationMessage: String, Sendable, CaseIterable {
  case confirmed, moved, cancelled, refused, originalTimeStands, waitingForHost, manageLink,
    reminder, declined

  /// Whom it concerns: what only the guest has asked for is not sent to those who come along, and the
  /// host hears of what has become of the host's own time.
  func recipients(of booking: Booking) -> [InvitationRecipient] {
    let companions = booking.details.additionalGuests.indices.map {
      InvitationRecipient.additional($0)
    }
    return switch self {
    case .confirmed, .moved, .cancelled: [.guest] + companions + [.host]
    case .reminder: [.guest] + companions
    case .refused, .originalTimeStands, .waitingForHost, .manageLink: [.guest]
    case .declined: [.host]
    }
  }

  /// What the mail does to the guest's calendar; nil for mere news.
  var method: EventObject.Method? {
    switch self {
    case .confirmed, .moved: .request
    case .cancelled: .cancel
    case .refused, .originalTimeStands, .waitingForHost, .manageLink, .reminder, .declined: nil
    }
  }

  /// What a provider that invites tells guests itself; it knows nothing of what never was on the calendar.
  var isInvitedByProvider: Bool { method != nil }

  /// Nobody is helped by hearing it after the meeting has begun.
  var isPointlessOnceBegun: Bool {
    switch self {
    case .confirmed, .moved, .waitingForHost, .reminder: true
    case .cancelled, .refused, .originalTimeStands, .manageLink, .declined: false
    }
  }

  /// What to do when it may have been taken, and nobody knows. Whoever hears nothing of a change is worse
  /// off than one who hears of it twice, and mail programs fold messages with the same Message-ID, UID and
  /// SEQUENCE into one; a reminder too many is only a nuisance.
  var afterUnknownOutcome: UnknownOutcomePolicy { self == .reminder ? .hold : .resend }
}

package enum UnknownOutcomePolicy: Sendable {
  case resend
  /// It is not sent again unless an operator says so, by retrying its job.
  case hold
}
