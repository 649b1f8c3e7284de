import Bookings
import Core
import HTTPServer
import Intake

/// `POST /b/{slug}/address`: mails a guest who has lost it the address of the booking made under a link. The
/// answer is the same, byte for byte, whether there is such a booking or not, and is given before anybody has
/// looked.
struct GuestAddress: Sendable {
  private let parts: WebParts

  init(_ parts: WebParts) { self.parts = parts }

  func mail(_ routed: RoutedRequest, _ responder: Responder) {
    let request = routed.request
    let slug = routed.parameters[0]
    switch request.bodyKind {
    case .other: responder.send(Problem.unsupportedMediaType.response)
    case .json:
      parts.answering(responder) {
        try ask(under: slug, request, try AddressFields(try request.json()))
        responder.send(.json(202, #"{"status":"accepted"}"#))
      }
    case .form:
      parts.showing(responder) {
        if request.isCrossSite(publicURL: parts.publicURL) { throw Problem.crossSite }
        let form = try Form(request)
        let fields: AddressFields
        do throws(FieldProblems) {
          fields = try AddressFields(["email": form.json("email")])
        } catch {
          return responder.send(AddressForm(slug: slug, isRefused: true).page.response(status: 422))
        }
        try ask(under: slug, request, fields)
        responder.send(AddressForm.thanks.response())
      }
    }
  }

  private func ask(under slug: String, _ request: Request, _ fields: AddressFields) throws {
    try parts.requireReady()
    // Whether the link is there its page tells as well.
    guard try parts.records.link(slug: slug) != nil else { throw Problem.notFound }
    _ = try parts.limits.take(request, about: "\(slug) address", email: nil)
    parts.intake.mailAddress(under: slug, to: fields.email)
  }
}

private struct AddressFields: Sendable {
  let email: String

  init(_ json: JSON) throws(FieldProblems) {
    email = try FieldReader.read(json) { $0.mailAddress("email") }
  }
}

/// Where a guest asks for the address of a booking.
struct AddressForm: Sendable {
  let slug: String
  /// What was typed is no mail address. It is not shown again: every answer is the same for everybody.
  var isRefused = false

  var page: Page {
    Page(title: "Find your booking") {
      element("h1") { "Find your booking" }
      form
    }
  }

  var form: HTML {
    postForm(pageAddress("/b/\(slug)/address")) {
      element("h2") { "Have you booked under this link?" }
      paragraph(
        "You get a mail with the address under which you see, move and cancel your booking.",
        class: "soft")
      field(
        "email", label: "The email address that you booked with",
        fault: isRefused ? "Please give an email address such as ana@example.com." : nil
      ) { describedBy, isInvalid in
        void(
          "input", HTMLAttribute("id", "email"), HTMLAttribute("name", "email"),
          HTMLAttribute("type", "email"), HTMLAttribute("autocomplete", "email"),
          HTMLAttribute("maxlength", "\(MailAddressLimit.address)"), HTMLAttribute("required"),
          describedBy, isInvalid)
      }
      button("Mail me my booking", class: "quiet")
    }
  }

  /// One page for all.
  static let thanks = Page(title: "Look into your mail") {
    element("h1") { "Look into your mail" }
    paragraph(
      "If a booking was made with that address, a mail with its address is on its way. There is at most "
        + "one in an hour.")
  }
}
