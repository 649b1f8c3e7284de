/// A 207 answer (RFC 4918 section 13).
struct DAVMultistatus: Sendable {
  struct Resource: Sendable {
    let href: String
    /// Of the resource itself, where the answer says one.
    let status: Int?
    /// The properties that were found.
    let properties: DAVElement
  }

  let resources: [Resource]
  /// Where the collection's changes have got to (RFC 6578 section 6.4).
  let syncToken: String?

  init?(_ bytes: [UInt8]) {
    guard let root = DAVDocument.root(of: bytes), root.name == .dav("multistatus") else {
      return nil
    }
    resources = root.all(.dav("response")).compactMap(Resource.init)
    syncToken = root.first(.dav("sync-token"))?.trimmed
  }
}

extension DAVMultistatus.Resource {
  fileprivate init?(_ response: DAVElement) {
    guard let href = response.first(.dav("href"))?.trimmed, !href.isEmpty else { return nil }
    var found = DAVElement(name: .dav("prop"))
    for group in response.all(.dav("propstat"))
    where group.first(.dav("status"))?.statusCode ?? 200 == 200 {
      found.children += group.first(.dav("prop"))?.children ?? []
    }
    self.init(
      href: href, status: response.first(.dav("status"))?.statusCode, properties: found)
  }
}

extension DAVElement {
  /// Of `HTTP/1.1 404 Not Found`.
  fileprivate var statusCode: Int? {
    trimmed.split(separator: " ").dropFirst().first.flatMap { Int($0) }
  }
}
