import Bookings
import Calendars
import Core

extension HandlerParts {
  /// What has become of the video meeting that a booking asks for, as its event tells: `reference` from the
  /// call that made it, nil where an earlier one did. One that is still being made is looked for once more,
  /// since most are there by then; whoever reads the event later keeps what comes later.
  func conference(
    of found: BookingCase, _ reference: EventReference?, at provider: any CalendarProvider
  ) -> Conference {
    guard found.booking.details.wantsConference else { return .none }
    var conference = reference?.conference ?? .pending
    if conference == .pending {
      // The event stands: that it cannot be looked at now is no reason to keep its guest waiting.
      let event = try? provider.event(eventKey(found.booking), in: found.destination)
      conference = event?.reference.conference ?? .pending
    }
    // Asked for, and not even begun.
    return conference == .none ? .refused : conference
  }
}

extension Conference {
  /// For guest and host, where there will be no meeting to join.
  var words: String? {
    self == .refused
      ? "The host's calendar makes no video meetings: host and guest have to agree where to meet."
      : nil
  }
}
