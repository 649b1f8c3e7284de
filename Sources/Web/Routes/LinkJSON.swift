import Bookings
import Core

extension Link {
  /// A link as its host and agents see it.
  package func write(to writer: inout JSONWriter, publicURL: String) {
    writer.object {
      $0.field("id", id)
      $0.field("slug", slug)
      $0.field("url", "\(publicURL)/b/\(slug)")
      $0.field("host", host.id)
      $0.field("kind", kind.rawValue)
      $0.field("state", state.rawValue)
      settings.write(to: &$0)
      $0.object("calendars") {
        $0.field("conflicts", conflicts)
        $0.field("destination", destination)
      }
      $0.field("createdAt", createdAt)
      $0.field("updatedAt", updatedAt)
    }
  }

  func json(_ parts: WebParts) -> [UInt8] {
    var writer = JSONWriter()
    write(to: &writer, publicURL: parts.publicURL)
    return writer.bytes
  }

  /// Every change raises the revision, and what is shown follows from it.
  var entityTag: EntityTag { EntityTag(revision) }
}
