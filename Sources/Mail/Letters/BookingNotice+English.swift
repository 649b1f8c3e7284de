extension BookingNotice {
  var english: Letter {
    let isHost = reader == .host
    return Letter(
      subject: subject,
      greeting: greeting, headline: isHost ? hostHeadline : guestHeadline, remarks: remarks,
      facts: timeFacts + moreFacts, action: action, footer: footer)
  }

  private var subject: String {
    let who = reader == .host ? " with \(guestName)" : ""
    return "\(subjectWord): \(title)\(who), \(time.shortText)"
  }

  private var greeting: String {
    let name =
      switch reader {
      case .guest: guest.name
      case .companion: ""
      case .host: host.name
      }
    return name.isEmpty ? "Hello," : "Hello \(name),"
  }

  private var guestName: String { guest.name.isEmpty ? guest.email : guest.name }

  private var subjectWord: String {
    switch kind {
    case .confirmed: reader == .host ? "Booked" : "Confirmed"
    case .moved: "Moved"
    case .cancelled: "Cancelled"
    case .refused: "Not possible"
    case .originalTimeStands: "Not moved"
    case .waitingForHost: "Not confirmed yet"
    case .manageLink: "Your booking"
    case .reminder: "Reminder"
    case .declined: "Declined"
    }
  }

  private var guestHeadline: String {
    switch kind {
    case .confirmed: "Your meeting with \(host.name) is confirmed."
    case .moved: "Your meeting with \(host.name) has moved to a new time."
    case .cancelled: "Your meeting with \(host.name) is cancelled."
    case .refused: "\(host.name) cannot meet you at the time you asked for."
    case .originalTimeStands:
      "Your meeting with \(host.name) could not be moved. The original time still stands."
    case .waitingForHost: "Your meeting with \(host.name) is not confirmed yet."
    case .manageLink: "Here is the way to your meeting with \(host.name)."
    case .reminder: "This is a reminder of your meeting with \(host.name)."
    case .declined: hostHeadline
    }
  }

  private var hostHeadline: String {
    switch kind {
    case .confirmed: "\(guestName) has booked a meeting with you."
    case .moved: "Your meeting with \(guestName) has moved to a new time."
    case .cancelled: "Your meeting with \(guestName) is cancelled."
    case .declined(let name): "\(name) has declined your meeting."
    case .reminder: "This is a reminder of your meeting with \(guestName)."
    case .refused, .originalTimeStands, .waitingForHost, .manageLink: guestHeadline
    }
  }

  private var remarks: [String] {
    switch kind {
    case .waitingForHost:
      [
        "\(host.name) has to reconnect a calendar first. Your time is kept until then, and you "
          + "will hear from us either way."
      ]
    case .declined: ["It stays as it is until you cancel it."]
    case .confirmed, .moved, .cancelled, .refused, .originalTimeStands, .manageLink, .reminder: []
    }
  }

  /// Labels and values, in the order in which they are read.
  private var timeFacts: [(label: String, values: [String])] {
    let what = (label: "What", values: [title])
    let when = (label: "When", values: [time.text])
    switch kind {
    case .confirmed, .waitingForHost, .manageLink, .reminder, .declined: return [what, when]
    case .moved(let before):
      return [what, ("New time", [time.text]), ("Before", [before.text])]
    case .cancelled: return [what, ("Was planned for", [time.text])]
    case .refused(_, let alternatives):
      return [what, ("Asked for", [time.text]), ("Free at the moment", alternatives.map(\.text))]
    case .originalTimeStands(let requested):
      return [what, when, ("Asked for", [requested.text])]
    }
  }

  private var moreFacts: [(label: String, values: [String])] {
    var facts: [(label: String, values: [String])] = []
    if takesPlace {
      facts.append(("Where", [location]))
      facts.append(("Join", [conferenceURL]))
    }
    if reader == .host {
      facts.append(("Guest", [guest.name, guest.email]))
      facts.append(("With", companions))
      if case .confirmed = kind {
        facts.append(("Notes", notes.split(whereSeparator: \.isNewline).map(String.init)))
      }
    }
    facts.append(("Reason", [reason]))
    return facts
  }

  private var takesPlace: Bool {
    switch kind {
    case .confirmed, .moved, .originalTimeStands, .manageLink, .reminder, .declined: true
    case .cancelled, .refused, .waitingForHost: false
    }
  }

  /// What the reader can do now, and where.
  private var action: (label: String, url: String)? {
    guard reader != .companion else { return nil }
    return switch kind {
    case .confirmed, .moved, .originalTimeStands, .manageLink, .reminder:
      ("Move or cancel this meeting", manageURL)
    case .cancelled, .waitingForHost: ("See this booking", manageURL)
    case .refused(let linkURL, _): ("Your link is still valid: choose another time", linkURL)
    case .declined: ("Cancel or move this meeting", manageURL)
    }
  }

  private var footer: String {
    switch (kind, reader) {
    case (.manageLink, _):
      "Somebody, probably you, asked for this message. If it was not you, nothing has changed."
    case (_, .companion): "\(guestName) has booked this meeting and named you among its guests."
    default: ""
    }
  }
}
