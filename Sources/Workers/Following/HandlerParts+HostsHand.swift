import Bookings
import Calendars
import Queue

// What becomes of a booking that its host has changed in the calendar. The host knows; everybody else is
// told. The revision, which is the SEQUENCE of what guests get, rises with it.

extension HandlerParts {
  /// An event is gone from a calendar that is there. With the whole calendar gone, or no longer shown to us,
  /// every booking on it would be cancelled: that is for a person to decide.
  func requireCalendar(of found: BookingCase) throws(JobError) {
    let provider = try provider(of: found.destination)
    do throws(ProviderError) {
      let isThere = try provider.calendars().contains { $0.remoteID == found.destination.remoteID }
      if isThere { return }
    } catch {
      throw JobError(error)
    }
    throw JobError(
      .permanent, "the calendar itself is gone from its account; its bookings stay as they are")
  }

  func cancelledByHost(_ booking: Booking) -> Handled.Record {
    let found = FoundEvent(revision: booking.revision, time: nil)
    let reason = "The host has taken this meeting off the calendar."
    return Handled.Record(
      settlement: Settlement(
        booking: booking.id, change: .cancelledInCalendar, reason: reason, found: found),
      followUps: invitations(
        .cancelled, booking, revision: found.nextRevision, time: booking.time, reason: reason,
        byHost: true))
  }

  func movedByHost(
    _ booking: Booking, to time: Interval, _ event: StoredEvent?
  ) -> Handled.Record {
    let found = FoundEvent(
      revision: booking.revision, time: time, sequence: event?.sequence ?? 0)
    let reason = "The host has moved this meeting in the calendar."
    return Handled.Record(
      settlement: Settlement(
        booking: booking.id, change: .movedInCalendar, reason: reason,
        event: event?.reference.remoteID, conferenceURL: event?.reference.conference.url,
        found: found),
      followUps: invitations(
        .moved, booking, revision: found.nextRevision, time: time, other: booking.time,
        reason: reason, byHost: true))
  }
}
