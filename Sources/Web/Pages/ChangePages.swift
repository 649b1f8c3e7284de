import Bookings
import Core
import Intake

/// The steps between wishing to change a booking and changing it. Each is a GET that changes
/// nothing; only the form at its end does.
struct ChangePages: Sendable {
  let booking: Booking
  let view: GuestView
  let token: String
  let idempotencyKey: String
  var notice: String?
  var alternatives: [Interval] = []
  var reason = ""

  /// Asks once more before cancelling.
  var cancel: Page {
    frame("Cancel the booking?") {
      card { view.when(booking.time) }
      postForm(pageAddress("/r/\(token)/cancel")) {
        hidden("key", idempotencyKey)
        reasonField
        button("Yes, cancel it", class: "stop")
      }
    }
  }

  /// The slots that it may be moved to.
  func choose(_ list: SlotList?, from: CivilDate, to: CivilDate, today: CivilDate) -> Page {
    frame("Move to another time") {
      paragraph("Now:")
      card { view.when(booking.time) }
      element("h2") { "Choose a new time" }
      if let list {
        view.age(of: list)
        times(list, from, to)
        element(
          "nav", HTMLAttribute("class", "actions"), HTMLAttribute("aria-label", "Other days")
        ) {
          if from > today {
            linkButton("Earlier days", address(max(today, from.adding(days: -LinkPage.days))))
          }
          if list.nextAvailable != nil {
            linkButton("Later days", address(to.adding(days: 1)))
          }
        }
      } else {
        card(isBad: true, state: Refusal.calendarUnreadable.rawValue) {
          paragraph(
            "\(view.hostName)’s calendar cannot be read at the moment, so nobody knows which times "
              + "are free. Your present time stands."
          )
        }
      }
    }
  }

  /// Asks once more before moving; with `time` nil, one of the alternatives is chosen.
  func confirm(_ time: Interval?) -> Page {
    frame("Move to this time?") {
      paragraph("Now:")
      card { view.when(booking.time) }
      if let time {
        paragraph("New:")
        card(isGood: true) { view.when(time) }
      }
      if time != nil || !alternatives.isEmpty {
        postForm(pageAddress("/r/\(token)/reschedule")) {
          if let time { hidden("start", time.start.rfc3339) } else { choices }
          hidden("key", idempotencyKey)
          reasonField
          button("Move the booking")
        }
      }
      element("div", HTMLAttribute("class", "actions")) {
        linkButton("Choose another time", pageAddress("/r/\(token)", ["reschedule": "1"]))
      }
    }
  }

  private func frame(_ title: String, @HTMLBuilder content: () -> HTML) -> Page {
    Page(title: "\(title) \(booking.details.title)") {
      element("h1") { title }
      paragraph("\(booking.details.title) with \(view.hostName)", class: "soft")
      if let notice { card(isBad: true) { paragraph(notice) } }
      content()
      element("div", HTMLAttribute("class", "actions")) {
        linkButton("Keep it as it is", pageAddress("/r/\(token)"))
      }
    }
  }
}

extension ChangePages {
  private func address(_ from: CivilDate) -> String {
    pageAddress("/r/\(token)", ["reschedule": "1", "from": from.description])
  }

  private func times(_ list: SlotList, _ from: CivilDate, _ to: CivilDate) -> HTML {
    element("div") {
      if let first = list.slots.first {
        paragraph("In your zone: \(view.guest.zoneLabel(at: first.start)).", class: "soft")
        view.days(list.slots) { pageAddress("/r/\(token)", ["move": $0.start.rfc3339]) }
      } else {
        paragraph("No free times from \(view.guest.day(from)) to \(view.guest.day(to)).")
        if let next = list.nextAvailable {
          let date = view.guest.date(of: next.start)
          element("p") {
            element("a", HTMLAttribute("href", address(date))) {
              "The next free time is on \(view.guest.day(date))."
            }
          }
        }
      }
    }
  }

  private var choices: HTML {
    element("fieldset") {
      element("legend") { "Free times near it" }
      for slot in alternatives {
        element("label", HTMLAttribute("class", "choice")) {
          void(
            "input", HTMLAttribute("type", "radio"), HTMLAttribute("name", "start"),
            HTMLAttribute("value", slot.start.rfc3339), HTMLAttribute("required"))
          element("span") { "\(view.guest.span(slot)) (\(view.guest.offset(at: slot.start)))" }
        }
      }
    }
  }

  private var reasonField: HTML {
    field("reason", label: "Reason", hint: "(optional, the host reads it)", fault: nil) { _, _ in
      element(
        "textarea", HTMLAttribute("id", "reason"), HTMLAttribute("name", "reason"),
        HTMLAttribute("maxlength", "\(CancelFields.longestReason)")
      ) { reason }
    }
  }
}
