import Bookings
import Core
import Intake

/// The booking page: a link's free times by day, each a link to the form. What is shown is in the
/// address, so that the page works without a script and can be sent to somebody.
struct LinkPage: Sendable {
  enum Times: Sendable {
    case found(SlotList)
    /// Not the same as no times: nobody knows what is free.
    case unreadable
  }

  let link: Link
  let view: GuestView
  let durationMinutes: Int
  /// The days shown, both included, in the guest's zone.
  let from: CivilDate
  let to: CivilDate
  let today: CivilDate
  let times: Times
  /// The guest has chosen a zone; otherwise a script may.
  let isZoneChosen: Bool
  let zoneChoice: ZoneChoice
  let notice: String?

  static let days = 7

  var page: Page {
    var page = Page(
      title: "\(link.settings.title) with \(link.host.name)",
      // It may be readable in a moment, and a page that says so should find out by itself.
      refreshSeconds: isUnreadable ? 30 : nil
    ) {
      LinkPage.heading(link, durationMinutes: durationMinutes)
      if let notice { card(isBad: true) { paragraph(notice) } }
      settingsForm
      element("h2") { "Choose a time" }
      if case .found(let list) = times { view.age(of: list) }
      switch times {
      case .unreadable: unreadable
      case .found(let list) where list.slots.isEmpty: none(list)
      case .found(let list): slots(list)
      }
      navigation
    }
    page.usesZoneScript = true
    return page
  }

  /// What the link is about; the form's page begins with it too.
  static func heading(_ link: Link, durationMinutes: Int) -> HTML {
    let place = link.settings.location.words
    return element("header") {
      element("h1") { link.settings.title }
      paragraph(
        "\(durationMinutes) minutes with \(link.host.name)"
          + (place.isEmpty ? "" : " · \(place)"), class: "soft")
      if !link.settings.description.isEmpty {
        paragraph(link.settings.description, class: "text")
      }
    }
  }

  private var isUnreadable: Bool {
    if case .unreadable = times { true } else { false }
  }

  private var zoneName: String { view.guest.zone.name }

  private func address(from: CivilDate?, start: Timestamp? = nil) -> String {
    pageAddress(
      "/b/\(link.slug)",
      [
        "timeZone": zoneName, "durationMinutes": "\(durationMinutes)",
        "from": from?.description, "start": start?.rfc3339,
      ])
  }
}

extension LinkPage {
  private var settingsForm: HTML {
    element(
      "form", HTMLAttribute("class", "zone"), HTMLAttribute("id", "zone"),
      HTMLAttribute("method", "get"), HTMLAttribute("action", pageAddress("/b/\(link.slug)")),
      HTMLAttribute("data-chosen", if: isZoneChosen)
    ) {
      element("div", HTMLAttribute("class", "field")) {
        element("label", HTMLAttribute("for", "timeZone")) { "Your time zone" }
        zoneChoice.select(chosen: zoneName)
      }
      if link.settings.durationsMinutes.count > 1 {
        element("div", HTMLAttribute("class", "field")) {
          element("label", HTMLAttribute("for", "durationMinutes")) { "Length" }
          durations
        }
      }
      hidden("from", from == today ? nil : from.description)
      button("Show times", class: "quiet")
    }
  }

  private var durations: HTML {
    element(
      "select", HTMLAttribute("id", "durationMinutes"), HTMLAttribute("name", "durationMinutes")
    ) {
      for minutes in link.settings.durationsMinutes {
        element(
          "option", HTMLAttribute("value", "\(minutes)"),
          HTMLAttribute("selected", if: minutes == durationMinutes)
        ) { "\(minutes) minutes" }
      }
    }
  }

  private func slots(_ list: SlotList) -> HTML {
    element("div") {
      if let first = list.slots.first {
        paragraph("In your zone: \(view.guest.zoneLabel(at: first.start)).", class: "soft")
      }
      view.days(list.slots) { address(from: from, start: $0.start) }
    }
  }

  private func none(_ list: SlotList) -> HTML {
    card {
      paragraph("No free times from \(view.guest.day(from)) to \(view.guest.day(to)).")
      if let next = list.nextAvailable {
        element("p") {
          element(
            "a",
            HTMLAttribute("href", address(from: view.guest.date(of: next.start)))
          ) { "The next free time is on \(view.guest.day(view.guest.date(of: next.start)))." }
        }
      }
    }
  }

  private var unreadable: HTML {
    card(isBad: true, state: Refusal.calendarUnreadable.rawValue) {
      paragraph(
        "\(link.host.name)’s calendar cannot be read at the moment, so nobody knows which times "
          + "are free."
      )
      paragraph("Nothing is wrong on your side. This page tries again by itself.")
    }
  }

  private var navigation: HTML {
    element("nav", HTMLAttribute("class", "actions"), HTMLAttribute("aria-label", "Other days")) {
      if from > today {
        linkButton(
          "Earlier days", address(from: max(today, from.adding(days: -LinkPage.days))))
      }
      if hasLater { linkButton("Later days", address(from: to.adding(days: 1))) }
      linkButton("Find your booking", pageAddress("/b/\(link.slug)", ["lost": "1"]))
    }
  }

  private var hasLater: Bool {
    guard case .found(let list) = times else { return true }
    return list.nextAvailable != nil
  }
}
