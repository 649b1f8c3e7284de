import Bookings
import Core
import HTTPServer
import Intake

/// How one guest reads times: in the guest's own zone, with the host's beside it wherever the two
/// differ, so that a wrong zone is seen before anything is sent.
struct GuestView: Sendable {
  let guest: DateText
  let host: DateText
  let hostName: String

  init(
    guestZone: String, hostZone: String, hostName: String, clock: DateText.Clock,
    zones: ZoneDatabase
  ) throws(ZoneError) {
    guest = DateText(zone: try zones.zone(guestZone), clock: clock)
    host = DateText(zone: try zones.zone(hostZone), clock: clock)
    self.hostName = hostName
  }

  /// The lines that say when, for both sides.
  func when(_ time: Interval) -> HTML {
    element("div") {
      element("p", HTMLAttribute("class", "when")) {
        element("time", HTMLAttribute("datetime", time.start.rfc3339)) {
          for line in guest.lines(time) {
            element("span", HTMLAttribute("class", "line")) { line }
          }
        }
      }
      element("p", HTMLAttribute("class", "soft")) {
        "Your time: \(guest.zoneLabel(at: time.start))"
        if guest.isNight(time.start) { " (this is at night)" }
      }
      if guest.zone.name != host.zone.name {
        element("p", HTMLAttribute("class", "soft")) {
          "For \(hostName): \(host.span(time)) (\(host.zoneLabel(at: time.start)))"
        }
      }
    }
  }

  /// A word where what a calendar said a while ago stands in for what it says now.
  @HTMLBuilder func age(of list: SlotList) -> HTML {
    if list.standsIn {
      paragraph(
        "\(hostName)’s calendar is slow to answer. These times are as of "
          + "\(guest.time(list.asOf)); whether yours is still free is checked before it is confirmed.",
        class: "soft")
    }
  }

  /// Slots by the days of the guest's zone, each a link.
  func days(_ slots: [Interval], address: (Interval) -> String) -> HTML {
    var days: [(date: CivilDate, slots: [Interval])] = []
    for slot in slots {
      let date = guest.date(of: slot.start)
      if days.last?.date == date {
        days[days.count - 1].slots.append(slot)
      } else {
        days.append((date, [slot]))
      }
    }
    return element("div") {
      for day in days {
        element("h3") { guest.day(day.date) }
        element("ul", HTMLAttribute("class", "slots")) {
          for slot in day.slots { item(slot, among: day.slots, address(slot)) }
        }
      }
    }
  }

  private func item(_ slot: Interval, among others: [Interval], _ address: String) -> HTML {
    let label = guest.time(slot.start)
    // The hour that clocks show twice: only the offset tells its two times apart.
    let isAmbiguous = others.contains { $0 != slot && guest.time($0.start) == label }
    return element("li") {
      element("a", HTMLAttribute("href", address)) {
        label
        if isAmbiguous { element("small") { guest.offset(at: slot.start) } }
        if guest.isNight(slot.start) { element("small") { "night" } }
      }
    }
  }
}
