import Bookings
import Core
import HTTPServer
import Queue

/// `POST /v1/links/{id}/send`: mails the link to somebody, in the host's name and with the host's words. Asked
/// twice on one day for one person, it is one mail, whatever the words; so the call may be repeated.
struct LinkSending: Sendable {
  private let parts: WebParts

  /// Words are of a paragraph or two: whoever has more to say writes the mail.
  private static let words = 0...1000
  private static let name = 0...200

  init(_ parts: WebParts) { self.parts = parts }

  func send(_ request: KeyedRequest, of link: Link) throws -> Response {
    let fields = try FieldReader.read(try request.json()) { Fields(reading: $0) }
    switch link.state {
    case .active: break
    case .paused: throw Problem(Refusal.linkPaused)
    case .spent, .deleted: throw Problem(Refusal.linkSpent)
    }
    let zone = try parts.zones.zone(link.settings.timeZone)
    let mailed = try parts.records.mailLink(
      LinkMailRequest(
        link: link.id, organization: link.organization, name: fields.name, email: fields.email,
        words: fields.words, day: zone.local(at: parts.time.now()).date.description))
    guard let mailed else { throw Problem.tooManyLinkMails }
    // Of a repeat the job may have ended long ago, and be forgotten.
    let job =
      mailed.isRepeat
      ? try parts.records.job(mailed.job, of: link.organization.text)?.state ?? .completed
      : .available
    return .json(
      202, answer(mailed, job, fields), headers: [("Location", "/v1/jobs/\(mailed.job)")])
  }

  private func answer(_ mailed: MailedLink, _ state: JobState, _ fields: Fields) -> [UInt8] {
    var writer = JSONWriter()
    writer.object {
      $0.object("to") {
        $0.field("name", fields.name)
        $0.field("email", fields.email)
      }
      $0.field("isRepeat", mailed.isRepeat)
      $0.object("job") {
        $0.field("id", mailed.job.description)
        $0.field("state", state.rawValue)
      }
    }
    return writer.bytes
  }

  private struct Fields {
    let name: String
    let email: String
    let words: String

    init?(reading fields: FieldReader) {
      let to = fields.object("to") { to -> (name: String, email: String)? in
        let name = to.optionalLine("name", length: LinkSending.name)
        return to.mailAddress("email").map { (name ?? "", $0) }
      }
      let words = fields.optionalString("message", length: LinkSending.words)
      guard let to else { return nil }
      name = to.name
      email = to.email
      self.words = words ?? ""
    }
  }
}

extension Problem {
  fileprivate static let tooManyLinkMails: Problem = {
    var problem = Problem(
      429, "rate-limited", "Too many mails",
      "So many links were mailed of late that this one has to wait.")
    problem.headers = [("Retry-After", "3600")]
    return problem
  }()
}
