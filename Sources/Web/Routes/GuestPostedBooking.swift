import Bookings
import Core
import HTTPServer
import Intake

/// A booking form that was refused, shown again: with the reason, what was typed, and what is to be
/// had instead.
struct PostedBooking {
  private let form: Form
  private let link: Link
  private let parts: WebParts
  private let view: GuestView
  private let durationMinutes: Int

  init(_ form: Form, _ link: Link, _ request: Request, _ parts: WebParts) throws(ZoneError) {
    self.form = form
    self.link = link
    self.parts = parts
    let hostZone = link.settings.timeZone
    let guestZone = (try? parts.zones.zone(form["timeZone"]).name) ?? hostZone
    view = try GuestView(
      guestZone: guestZone, hostZone: hostZone, hostName: link.host.name, clock: request.clock,
      zones: parts.zones)
    let offered = link.settings.durationsMinutes
    durationMinutes =
      Int(form["durationMinutes"]).flatMap { offered.contains($0) ? $0 : nil } ?? offered[0]
  }

  /// Fields that cannot be.
  func response(_ problems: FieldProblems) -> Response {
    var page = bookingForm(slot: slot, key: form["key"])
    page.notice = "Some of it needs another look."
    for problem in problems.problems + unanswered(beside: problems) {
      if let (name, sentence) = fault(problem) {
        page.faults[name] = sentence
      } else {
        page.notice = "This form is not complete. Choose a time again."
      }
    }
    return page.page.response(status: 422)
  }

  /// What is wrong with the answers, where only the other fields have been looked at: a guest mends a form
  /// once.
  private func unanswered(beside found: FieldProblems) -> [FieldProblem] {
    if found.problems.contains(where: { $0.pointer.text.hasPrefix("#/answers") }) { return [] }
    do throws(FieldProblems) {
      _ = try link.settings.answers(form.values(after: FormNames.answerPrefix))
      return []
    } catch {
      return error.problems
    }
  }

  /// The form's field that a problem is about, with a sentence for people.
  private func fault(_ problem: FieldProblem) -> (name: String, sentence: String)? {
    let path = problem.pointer.text.split(separator: "/").dropFirst().map(String.init)
    switch path.first {
    case "answers":
      // A question that the link has no more has no field to stand at.
      guard let question = link.settings.questions.first(where: { $0.id == path.last }) else {
        return nil
      }
      let isMissing = form[FormNames.answerPrefix + question.id].isEmpty
      let most = LinkSettings.Limit.answerCharacters.upperBound
      return (
        FormNames.answerPrefix + question.id,
        isMissing ? "Please answer this question." : "Please keep to \(most) characters."
      )
    case FormNames.additionalGuests:
      let most = link.settings.maximumAdditionalGuests
      return (
        FormNames.additionalGuests,
        "Please give at most \(most) email addresses such as ana@example.com, one a line."
      )
    default:
      guard let name = path.last, let sentence = PostedBooking.sentences[name] else { return nil }
      return (name, sentence)
    }
  }

  /// What Intake has refused.
  func response(_ error: IntakeError) -> Response {
    if case .invalid(let problems) = error { return response(FieldProblems(problems: problems)) }
    let problem = Problem(error, log: parts.log)
    // Nothing was kept under the key, so the same form may be sent again; unless the key itself is
    // spent.
    var key = form["key"]
    if case .idempotencyMismatch = error { key = parts.newFormKey() }
    // A form without a time to book is a dead end where another try may succeed.
    let mayTryAgain = problem.status >= 500 || problem.type == "idempotency-mismatch"
    var page = bookingForm(slot: mayTryAgain ? slot : nil, key: key)
    page.notice = problem.detail
    page.alternatives = problem.alternatives
    if !problem.alternatives.isEmpty { page.notice? += " Choose one of the times below." }
    return page.page.response(status: problem.status, headers: problem.headers)
  }

  private func bookingForm(slot: Interval?, key: String) -> BookingForm {
    BookingForm(
      link: link, view: view, durationMinutes: durationMinutes, slot: slot,
      typed: .init(
        name: form["name"], email: form["email"], notes: form["notes"],
        additionalGuests: form[FormNames.additionalGuests],
        answers: form.values(after: FormNames.answerPrefix)),
      idempotencyKey: key.isEmpty ? parts.newFormKey() : key)
  }

  private var slot: Interval? {
    Timestamp(rfc3339: form["start"]).map {
      Interval(start: $0, duration: .minutes(durationMinutes))
    }
  }

  /// What a person reads at a field; the interface's own words speak of types.
  private static let sentences = [
    "name": "Please tell your name, in at most \(BookingFields.Limit.name.upperBound) characters.",
    "email": "Please give an email address such as ana@example.com.",
    "notes": "Please keep to \(BookingFields.Limit.notes.upperBound) characters.",
  ]
}

extension Form {
  /// The same members as the JSON interface has, to be checked by the same rules.
  var booking: JSON {
    let others = self[FormNames.additionalGuests]
      .split { $0.isWhitespace || $0 == "," || $0 == ";" }
    let answers = values(after: FormNames.answerPrefix).filter { !$0.value.isEmpty }
    return [
      "start": json("start"),
      "durationMinutes": Int64(self["durationMinutes"]).map { .integer($0) }
        ?? json("durationMinutes"),
      "timeZone": json("timeZone"),
      "guest": ["name": json("name"), "email": json("email")],
      "notes": json("notes"),
      "additionalGuests": .array(others.map { .string(String($0)) }),
      "answers": .object(
        JSONObject(answers.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
    ]
  }
}
