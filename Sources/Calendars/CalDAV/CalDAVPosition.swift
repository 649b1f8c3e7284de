import Core

/// Where the reading of a CalDAV calendar's changes has got to.
enum CalDAVPosition: Equatable {
  /// The server keeps track of the changes (RFC 6578).
  case token(String)
  /// We do, by the ETag of each object.
  case tags(CalDAVTags)

  init?(_ position: SyncPosition) {
    let parts = position.text.split(separator: " ", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    switch parts[0] {
    case "token": self = .token(String(parts[1]))
    case "tags":
      guard let tags = CalDAVTags(String(parts[1])) else { return nil }
      self = .tags(tags)
    default: return nil
    }
  }

  var position: SyncPosition {
    switch self {
    case .token(let token): SyncPosition("token \(token)")
    case .tags(let tags): SyncPosition("tags \(tags.text)")
    }
  }
}
