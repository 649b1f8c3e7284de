import Bookings
import Core

/// The form in which a guest books one slot, fresh or refused with what was typed.
struct BookingForm: Sendable {
  /// What the guest has typed.
  struct Typed: Sendable {
    var name = ""
    var email = ""
    var notes = ""
    /// One address a line.
    var additionalGuests = ""
    /// By the ids of the questions.
    var answers: [String: String] = [:]
  }

  let link: Link
  let view: GuestView
  let durationMinutes: Int
  /// The slot that is booked; nil where the guest has to choose another.
  let slot: Interval?
  /// Others to choose from, where `slot` is gone.
  var alternatives: [Interval] = []
  var typed = Typed()
  /// Minted when the form is made: sent twice, it books once.
  let idempotencyKey: String
  /// What is wrong with the whole, in a sentence.
  var notice: String?
  /// What is wrong with a field, by its name in the form.
  var faults: [String: String] = [:]

  var page: Page {
    Page(title: "Book \(link.settings.title) with \(link.host.name)") {
      LinkPage.heading(link, durationMinutes: durationMinutes)
      if let notice { card(isBad: true) { paragraph(notice) } }
      if let slot { card(isGood: true) { view.when(slot) } }
      if slot != nil || !alternatives.isEmpty { form }
      element("div", HTMLAttribute("class", "actions")) {
        linkButton("Choose another time", otherTimes)
      }
    }
  }

  private var form: HTML {
    postForm(pageAddress("/b/\(link.slug)/bookings")) {
      if let slot { hidden("start", slot.start.rfc3339) } else { choices }
      hidden("durationMinutes", "\(durationMinutes)")
      hidden("timeZone", view.guest.zone.name)
      hidden("key", idempotencyKey)
      element("h2") { "Your details" }
      name
      email
      for question in link.settings.questions { answer(to: question) }
      if link.settings.maximumAdditionalGuests > 0 { additionalGuests }
      notes
      button("Book this time")
    }
  }

  private var otherTimes: String {
    pageAddress(
      "/b/\(link.slug)",
      [
        "timeZone": view.guest.zone.name, "durationMinutes": "\(durationMinutes)",
        "from": slot.map { view.guest.date(of: $0.start).description },
      ])
  }
}

extension BookingForm {
  /// Both clocks are shown with each, because nothing else says the host's before it is sent.
  private var choices: HTML {
    element("fieldset") {
      element("legend") { "Free times near it" }
      if let first = alternatives.first {
        paragraph("In your zone: \(view.guest.zoneLabel(at: first.start)).", class: "soft")
      }
      for slot in alternatives {
        element("label", HTMLAttribute("class", "choice")) {
          void(
            "input", HTMLAttribute("type", "radio"), HTMLAttribute("name", "start"),
            HTMLAttribute("value", slot.start.rfc3339), HTMLAttribute("required"))
          element("span") {
            view.guest.span(slot)
            if view.guest.zone.name != view.host.zone.name {
              element("span", HTMLAttribute("class", "hint")) {
                " (for \(link.host.name): \(view.host.span(slot)))"
              }
            }
          }
        }
      }
    }
  }

  private var name: HTML {
    field("name", label: "Your name", fault: faults["name"]) { describedBy, isInvalid in
      void(
        "input", HTMLAttribute("id", "name"), HTMLAttribute("name", "name"),
        HTMLAttribute("autocomplete", "name"),
        HTMLAttribute("maxlength", "\(BookingFields.Limit.name.upperBound)"),
        HTMLAttribute("required"), HTMLAttribute("value", typed.name), describedBy, isInvalid)
    }
  }

  private var email: HTML {
    field("email", label: "Your email address", fault: faults["email"]) {
      describedBy, isInvalid in
      void(
        "input", HTMLAttribute("id", "email"), HTMLAttribute("name", "email"),
        HTMLAttribute("type", "email"), HTMLAttribute("autocomplete", "email"),
        HTMLAttribute("maxlength", "\(MailAddressLimit.address)"), HTMLAttribute("required"),
        HTMLAttribute("value", typed.email), describedBy, isInvalid)
    }
  }

  private var additionalGuests: HTML {
    let most = link.settings.maximumAdditionalGuests
    return field(
      FormNames.additionalGuests, label: "Others to invite",
      hint: "(optional, at most \(most): one email address a line)",
      fault: faults[FormNames.additionalGuests]
    ) { describedBy, isInvalid in
      element(
        "textarea", HTMLAttribute("id", FormNames.additionalGuests),
        HTMLAttribute("name", FormNames.additionalGuests), HTMLAttribute("class", "short"),
        HTMLAttribute("autocomplete", "off"), HTMLAttribute("spellcheck", "false"), describedBy,
        isInvalid
      ) { typed.additionalGuests }
    }
  }

  private func answer(to question: Question) -> HTML {
    let name = FormNames.answerPrefix + question.id
    return field(
      name, label: question.label, hint: question.isRequired ? nil : "(optional)",
      fault: faults[name]
    ) { describedBy, isInvalid in
      let answer = typed.answers[question.id] ?? ""
      let required = HTMLAttribute("required", if: question.isRequired)
      switch question.kind {
      case .text:
        element(
          "textarea", HTMLAttribute("id", name), HTMLAttribute("name", name),
          HTMLAttribute("class", "short"),
          HTMLAttribute("maxlength", "\(LinkSettings.Limit.answerCharacters.upperBound)"),
          required, describedBy, isInvalid
        ) { answer }
      case .choice(let choices):
        element(
          "select", HTMLAttribute("id", name), HTMLAttribute("name", name), required, describedBy,
          isInvalid
        ) {
          option("", "Choose…", isChosen: answer.isEmpty)
          for choice in choices { option(choice, choice, isChosen: choice == answer) }
        }
      }
    }
  }

  private func option(_ value: String, _ label: String, isChosen: Bool) -> HTML {
    element(
      "option", HTMLAttribute("value", value),
      HTMLAttribute("selected", if: isChosen)
    ) { label }
  }

  private var notes: HTML {
    field("notes", label: "Notes", hint: "(optional)", fault: faults["notes"]) {
      describedBy, isInvalid in
      element(
        "textarea", HTMLAttribute("id", "notes"), HTMLAttribute("name", "notes"),
        HTMLAttribute("maxlength", "\(BookingFields.Limit.notes.upperBound)"), describedBy,
        isInvalid
      ) { typed.notes }
    }
  }
}

/// Fields of the form that have no namesake at the same place of the interface.
enum FormNames {
  static let additionalGuests = "additionalGuests"
  static let answerPrefix = "answer-"
}
