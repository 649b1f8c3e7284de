import Bookings

/// What people see who connect an account in the browser.
enum SignInPages {
  static func begin(
    _ provider: Connection.Provider, host: HostRecord, again: Connection?, purposes: [String],
    ticket: String, origin: String
  ) -> Page {
    let name = provider.calendarName
    var page = Page(title: "Connect \(name)") {
      element("h1") { "Connect \(name)" }
      paragraph(
        "Bookings that people make with the links of \(host.name) (\(host.email)) will be put on the "
          + "calendar of the account that you choose.")
      if let again {
        paragraph(
          "This connects the account \(again.username) again. Please sign in as that one.")
      }
      element("p") { "Bookend will ask for permission" }
      element("ul") { list(purposes) }
      paragraph("It does not see what your own events are about.", class: "hint")
      postForm("/connect/\(ticket)") { button("Continue to \(provider.companyName)") }
    }
    // Whoever signs people in may send them through several addresses of its own.
    page.formTargets = ["https:", origin]
    return page
  }

  static func connected(_ connection: Connection, _ calendars: [Calendar]) -> Page {
    Page(title: "Connected") {
      element("h1") { "Your \(connection.provider.calendarName) is connected" }
      card(isGood: true, state: "connected") {
        paragraph("The account \(connection.username), with these calendars:")
        element("ul") {
          list(calendars.map { $0.isWritable ? $0.name : "\($0.name) (only to be looked at)" })
        }
      }
      paragraph("That is all. You can close this page.")
    }
  }

  static func refused(_ provider: Connection.Provider, retry: String) -> Page {
    Page(title: "Not connected") {
      element("h1") { "Nothing was connected" }
      card(isBad: true, state: "refused") {
        paragraph(
          "You did not allow it, so Bookend has no access to your \(provider.calendarName).")
      }
      again(retry)
    }
  }

  static func incomplete(
    _ provider: Connection.Provider, missing: [String], retry: String
  ) -> Page {
    Page(title: "Not connected") {
      element("h1") { "A permission is missing" }
      card(isBad: true, state: "incomplete") {
        paragraph("Without all of them Bookend cannot keep your bookings. What is missing:")
        element("ul") { list(missing) }
      }
      paragraph("Nothing was connected. When \(provider.companyName) asks, tick every box.")
      again(retry)
    }
  }

  static func failed(_ provider: Connection.Provider, reason: String, retry: String) -> Page {
    Page(title: "Not connected") {
      element("h1") { "Nothing was connected" }
      card(isBad: true, state: "failed") { paragraph("It did not work: \(reason).") }
      again(retry)
    }
  }

  /// Whose sign-in it was nobody can tell, so there is nothing to try again from here.
  static let unknown = Page(title: "Not connected") {
    element("h1") { "This sign-in is over" }
    card(isBad: true, state: "unknown") {
      paragraph(
        "It is too old, was begun in another browser, or has been used. Open the address that you "
          + "were given once more.")
    }
  }

  private static func again(_ address: String) -> HTML {
    element("p") { linkButton("Try again", address, class: "button") }
  }

  @HTMLBuilder private static func list(_ items: [String]) -> HTML {
    for item in items { element("li") { item } }
  }
}

extension Connection.Provider {
  fileprivate var calendarName: String {
    switch self {
    case .google: "Google Calendar"
    case .outlook: "Outlook calendar"
    case .caldav, .local: "calendar"
    }
  }

  fileprivate var companyName: String {
    switch self {
    case .google: "Google"
    case .outlook: "Microsoft"
    case .caldav, .local: "the provider"
    }
  }
}
