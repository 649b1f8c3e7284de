import Bookings
import Core

/// One booking for the guest who holds its token: where it stands, in plain words, and what may be
/// done.
struct BookingPage: Sendable {
  let booking: Booking
  let history: [BookingHistoryEntry]
  let view: GuestView
  let token: String
  /// Where another time may be booked, while the link takes bookings.
  let linkAddress: String?
  let now: Timestamp
  /// Why what was asked for was not done.
  var notice: String?

  /// How often a page looks again for an answer that takes a second or two, and for one that waits
  /// for a person.
  private static let soonSeconds = 3
  private static let laterSeconds = 60

  var page: Page {
    var page = Page(
      title: "\(words.title): \(booking.details.title)", refreshSeconds: refreshSeconds
    ) {
      element("h1") { words.title }
      paragraph("\(booking.details.title) with \(view.hostName)", class: "soft")
      if let notice { card(isBad: true) { paragraph(notice) } }
      if let stands = originalStands { card(isBad: true) { paragraph(stands) } }
      card(isGood: booking.state == .confirmed, state: booking.state.word(for: .guest)) {
        paragraph(words.sentence)
        if let reason = booking.reason, originalStands == nil {
          paragraph("Reason: \(reason)", class: "text")
        }
        view.when(booking.time)
        if let before = timeBeforeHostsMove {
          paragraph("It was planned for:")
          view.when(before)
        }
        if let requested = booking.requestedTime {
          paragraph("New time, not confirmed yet:")
          view.when(requested)
        }
      }
      actions
      details
      past
    }
    if !booking.state.isFinal {
      page.news = (pageAddress("/r/\(token)/events"), booking.mark(history))
    }
    return page
  }

  private var refreshSeconds: Int? {
    switch booking.state {
    case .pending, .rescheduling, .cancelling: BookingPage.soonSeconds
    case .needsOwner: BookingPage.laterSeconds
    case .confirmed, .cancelled, .rejected, .failed: nil
    }
  }

  private var isAhead: Bool { booking.time.start > now }

  /// Where the last thing that has happened is that the host has moved it by hand.
  private var timeBeforeHostsMove: Interval? {
    guard booking.state == .confirmed, history.last?.change == .movedInCalendar else { return nil }
    return history.dropLast().last?.time
  }

  private var originalStands: String? {
    guard booking.state == .confirmed, history.last?.change == .moveRefused else { return nil }
    return "The move was not possible. Your original time still stands."
      + (booking.reason.map { " Reason: \($0)" } ?? "")
  }
}

extension BookingPage {
  private var words: (title: String, sentence: String) {
    let host = view.hostName
    switch booking.state {
    case .pending:
      return (
        "Being confirmed",
        "Your time is kept. It is being written into \(host)’s calendar; "
          + "this page refreshes itself."
      )
    case .needsOwner:
      return (
        "Waiting for the host’s calendar",
        "Your time is kept. \(host) has to connect the calendar again before it can be "
          + "confirmed; you will get a mail."
      )
    case .confirmed where !isAhead:
      return ("Booked", "This booking has begun or is over.")
    case .confirmed:
      return ("Confirmed", "It is in \(host)’s calendar.")
    case .rescheduling:
      return (
        "Being moved",
        "Your present time stands until the new one is confirmed; this page refreshes itself."
      )
    case .cancelling:
      return (
        "Being cancelled",
        "It is being taken out of \(host)’s calendar; this page refreshes itself."
      )
    case .cancelled: return ("Cancelled", "This booking is cancelled.")
    case .rejected:
      return ("Not booked", "This time could not be had after all. Nothing is in the calendar.")
    case .failed:
      return ("Not booked", "Something went wrong on our side, and this time was not booked.")
    }
  }

  private var actions: HTML {
    element("div", HTMLAttribute("class", "actions")) {
      if booking.state == .confirmed, isAhead {
        linkButton("Move to another time", pageAddress("/r/\(token)", ["reschedule": "1"]))
      }
      if booking.state.keepsTime, booking.state != .cancelling, isAhead {
        linkButton("Cancel the booking", pageAddress("/r/\(token)", ["cancel": "1"]))
      }
      if booking.state == .confirmed {
        linkButton("Add to your calendar", pageAddress("/r/\(token)/invite.ics"))
      }
      if booking.state == .rejected || booking.state == .failed, let linkAddress {
        linkButton("Choose another time", linkAddress, class: "button")
      }
    }
  }

  private var details: HTML {
    let details = booking.details
    return element("dl") {
      if !details.location.isEmpty {
        element("dt") { "Where" }
        element("dd") { details.location }
      }
      if let address = booking.conferenceURL, address.hasPrefix("https://") {
        element("dt") { "Join" }
        element("dd") { element("a", HTMLAttribute("href", address)) { address } }
      }
      element("dt") { "Who" }
      element("dd") { "\(details.guest.name), \(details.guest.email)" }
      for guest in details.additionalGuests { element("dd") { guest } }
      for answer in details.answers {
        element("dt") { answer.label }
        element("dd", HTMLAttribute("class", "text")) { answer.text }
      }
      if !details.notes.isEmpty {
        element("dt") { "Notes" }
        element("dd", HTMLAttribute("class", "text")) { details.notes }
      }
    }
  }

  private var past: HTML {
    element("details") {
      element("summary") { "History" }
      element("ol", HTMLAttribute("class", "history")) {
        for entry in history {
          element("li") {
            let day = view.guest.day(view.guest.date(of: entry.at))
            let who = entry.actor == .host ? " by \(view.hostName)" : ""
            "\(entry.change.inWords)\(who), \(day), \(view.guest.time(entry.at))"
          }
        }
      }
    }
  }
}

extension BookingChange {
  fileprivate var inWords: String {
    switch self {
    case .booked: "Asked for"
    case .confirmed: "Confirmed"
    case .rejected: "Refused"
    case .failed: "Failed"
    case .waitsForOwner: "Waiting for the host’s calendar"
    case .ownerReturned: "The host’s calendar is back"
    case .rescheduleRequested: "Another time asked for"
    case .moved: "Moved"
    case .moveRefused: "Not moved"
    case .cancelRequested: "Asked to cancel"
    case .cancelled: "Cancelled"
    case .movedInCalendar: "Moved in the calendar"
    case .cancelledInCalendar: "Taken off the calendar"
    }
  }
}
