import Bookings
import Calendars
import Queue

extension HandlerParts {
  /// The name under which the ledger of effects knows a change of a booking's event.
  func change(_ verb: String, _ booking: Booking, revision: Int? = nil) -> String {
    let key = eventKey(booking).text
    return revision.map { "\(verb) \(key) \($0)" } ?? "\(verb) \(key)"
  }

  /// Makes a change at a provider, with its row in the ledger before and after. A calendar of our own is
  /// written in one transaction of this very database: there is nothing that a row could tell.
  func change<Value>(
    _ key: String, at provider: any CalendarProvider, _ attempt: Attempt,
    _ body: (any CalendarProvider) throws(ProviderError) -> Value
  ) throws(JobError) -> Value {
    if provider.isLocal {
      try attempt.requireLease()
      return try calling(provider, body)
    }
    return try attempt.change(key) { () throws(JobError) in try calling(provider, body) }
  }

  /// Asks the provider, in the queue's words.
  func calling<Value>(
    _ provider: any CalendarProvider,
    _ body: (any CalendarProvider) throws(ProviderError) -> Value
  ) throws(JobError) -> Value {
    do throws(ProviderError) {
      return try body(provider)
    } catch {
      throw JobError(error)
    }
  }
}

extension Verdict {
  /// Why a request came to nothing, for its guest; nil where the words of the failure say it.
  var words: String? {
    switch self {
    case .cancel, .discard: "The request was withdrawn by those who run this service."
    case .poison: nil
    }
  }
}
