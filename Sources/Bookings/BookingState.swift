/// Where a booking stands. Which change leads from where to where is one table, `after(_:)`.
package enum BookingState: String, Sendable, CaseIterable, Hashable {
  /// Accepted and durable; the calendar has not answered yet.
  case pending
  /// The calendar holds the event.
  case confirmed
  /// The calendar holds the event at the old time; the new time is kept too.
  case rescheduling
  /// Asked to cancel; the calendar has not let go yet.
  case cancelling
  case cancelled
  /// The calendar, or the clock, said no before the booking was ever confirmed.
  case rejected
  /// We could not do it and stopped trying.
  case failed
  /// Waits until the host has reconnected the calendar.
  case needsOwner

  /// Whether its time stays taken.
  package var keepsTime: Bool {
    switch self {
    case .pending, .confirmed, .rescheduling, .cancelling, .needsOwner: true
    case .cancelled, .rejected, .failed: false
    }
  }

  /// No change leads out of it.
  package var isFinal: Bool { !keepsTime }
}

/// What can happen to a booking.
package enum BookingChange: String, Sendable, CaseIterable, Hashable {
  case booked
  case confirmed
  case rejected
  case failed
  case waitsForOwner
  case ownerReturned
  case rescheduleRequested
  case moved
  case moveRefused
  case cancelRequested
  case cancelled
  /// The host has put its event elsewhere by hand; nothing was asked of us.
  case movedInCalendar
  /// The host has taken its event off the calendar by hand.
  case cancelledInCalendar
}

/// Whose doing a change is.
package enum BookingActor: String, Sendable, CaseIterable {
  case guest, host
  /// This program, as the calendar has answered.
  case bookend
}

extension BookingChange {
  /// Whose doing it is where nothing else is recorded.
  package var usualActor: BookingActor {
    switch self {
    case .booked, .rescheduleRequested, .cancelRequested: .guest
    case .ownerReturned, .movedInCalendar, .cancelledInCalendar: .host
    case .confirmed, .rejected, .failed, .waitsForOwner, .moved, .moveRefused, .cancelled:
      .bookend
    }
  }
}

extension BookingState {
  /// The table of legal transitions: the state after `change`, or nil where it cannot happen.
  ///
  /// `needsOwner` holds bookings that were never confirmed; a confirmed one that waits for its owner to
  /// be moved or cancelled stays `rescheduling` or `cancelling`, because that is what the guest should
  /// read. Cancelling wins: it is legal from every state that keeps time, and a move that the calendar
  /// answers afterwards changes nothing.
  ///
  /// What the host does by hand counts for a booking that the calendar holds and that nobody has in hand;
  /// a move that finds its event taken off the calendar ends as cancelled by the host.
  package func after(_ change: BookingChange) -> BookingState? {
    switch (self, change) {
    case (.pending, .confirmed): .confirmed
    case (.pending, .rejected): .rejected
    case (.pending, .failed): .failed
    case (.pending, .waitsForOwner): .needsOwner
    case (.pending, .cancelRequested): .cancelling

    case (.needsOwner, .ownerReturned): .pending
    case (.needsOwner, .confirmed): .confirmed
    case (.needsOwner, .rejected): .rejected
    case (.needsOwner, .failed): .failed
    case (.needsOwner, .cancelRequested): .cancelling

    case (.confirmed, .rescheduleRequested): .rescheduling
    case (.confirmed, .cancelRequested): .cancelling
    case (.confirmed, .movedInCalendar): .confirmed
    case (.confirmed, .cancelledInCalendar): .cancelled

    case (.rescheduling, .moved): .confirmed
    case (.rescheduling, .moveRefused): .confirmed
    case (.rescheduling, .cancelRequested): .cancelling
    case (.rescheduling, .cancelledInCalendar): .cancelled

    case (.cancelling, .cancelled): .cancelled

    default: nil
    }
  }
}
