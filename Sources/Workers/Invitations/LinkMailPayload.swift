import Bookings
import Core
import Queue

/// What a job carries that mails a link to somebody: "send my link to Sarah".
package struct LinkMailPayload: Sendable, Equatable {
  /// As it stands in the payload's `message`, beside those of `InvitationMessage`.
  static let message = "link"
  static let version = 1

  package let link: LinkID
  package let name: String
  package let email: String
  /// The sender's own; may be empty.
  package let words: String

  package init(link: LinkID, name: String, email: String, words: String) {
    self.link = link
    self.name = name
    self.email = email
    self.words = words
  }

  /// Nil where the job is about something else.
  init?(_ job: ClaimedJob) throws(JobError) {
    guard let json = try? JSON.parse(Array(job.payload.utf8)),
      json.object?["message"]?.string == LinkMailPayload.message
    else { return nil }
    do {
      self = try FieldReader.read(json) { LinkMailPayload(reading: $0) }
    } catch {
      throw JobError(.permanent, "the payload does not read: \(error)")
    }
  }

  private init?(reading fields: FieldReader) {
    let version = fields.integer("version", in: Self.version...Self.version)
    let message = fields.line("message", length: 1...100)
    let link = fields.line("linkId", length: 1...100)
    let name = fields.optionalString("name", length: 0...1000)
    let email = fields.line("email", length: 1...1000)
    let words = fields.optionalString("words", length: 0...1000)
    guard version != nil, message != nil, let link, let email else { return nil }
    self.init(link: LinkID(link), name: name ?? "", email: email, words: words ?? "")
  }

  package var json: JSON {
    var members: [(String, JSON)] = [
      ("version", .integer(Int64(Self.version))), ("message", .string(Self.message)),
      ("linkId", .string(link.text)), ("email", .string(email)),
    ]
    if !name.isEmpty { members.append(("name", .string(name))) }
    if !words.isEmpty { members.append(("words", .string(words))) }
    return .object(JSONObject(members))
  }
}
