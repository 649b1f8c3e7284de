import Core

/// What somebody is told when something has become of a booking.
package struct BookingNotice: Sendable {
  package enum Kind: Sendable {
    /// The calendar holds the event. The host reads: booked.
    case confirmed
    /// The calendar holds it at another time.
    case moved(from: MeetingTime)
    case cancelled
    /// It was never confirmed. The link can be used again; some of the times that are free now.
    case refused(linkURL: String, alternatives: [MeetingTime])
    /// The move that was asked for is not possible.
    case originalTimeStands(requested: MeetingTime)
    /// The host has to reconnect the calendar before it can be confirmed.
    case waitingForHost
    /// The way to the booking, because somebody asked for it.
    case manageLink
    case reminder
    /// To the host: a guest does not come.
    case declined(by: String)
  }

  package enum Reader: Sendable {
    /// Who booked.
    case guest
    /// Who comes along. What can be done with the booking is the guest's business.
    case companion
    case host
  }

  package struct Person: Sendable {
    package let name: String
    package let email: String

    package init(name: String, email: String) {
      self.name = MailHeader.cleaned(name)
      self.email = email
    }
  }

  package var kind: Kind
  package var reader: Reader
  package var title: String
  package var host: Person
  package var guest: Person
  /// The addresses of those who come along.
  package var companions: [String]
  package var location: String
  /// What the guest wrote when booking.
  package var notes: String
  /// In the reader's zone. Of a refused booking the time that was asked for, else the time that
  /// holds.
  package var time: MeetingTime
  /// In the words of whoever caused it; may be empty.
  package var reason: String
  /// Where people join; empty where there is no video meeting, or none yet.
  package var conferenceURL: String
  /// Where the booking is seen, moved and cancelled.
  package var manageURL: String

  package init(
    _ kind: Kind, to reader: Reader, title: String, host: Person, guest: Person,
    companions: [String] = [], location: String = "", notes: String = "", time: MeetingTime,
    reason: String = "", conferenceURL: String = "", manageURL: String
  ) {
    self.kind = kind
    self.reader = reader
    self.title = MailHeader.cleaned(title)
    self.host = host
    self.guest = guest
    self.companions = companions
    self.location = MailHeader.cleaned(location)
    self.notes = notes
    self.time = time
    self.reason = reason
    self.conferenceURL = conferenceURL
    self.manageURL = manageURL
  }

  /// In the reader's language.
  package var letter: Letter {
    switch time.locale.language {
    case .english: english
    }
  }
}
