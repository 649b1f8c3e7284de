import Bookings

/// What the calls to an account let us know about it, whatever they were for.
package enum AccountNews: Sendable, Equatable {
  /// It lets nobody in any more: only its owner can help.
  case refuses(ProviderError)
  /// The first answer since.
  case answers
  /// A right is missing on one calendar: only its owner can help, and the others work.
  case refusesCalendar(Calendar, CalendarUse, ProviderError)
  /// Said of every such success.
  case worked(Calendar, CalendarUse)
}
