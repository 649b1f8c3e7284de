/// Where a provider keeps an event, for the record of what was done.
package struct EventReference: Equatable, Sendable {
  /// The provider's name for it: an absolute URL for CalDAV, an id elsewhere.
  package let remoteID: String
  /// The version as the provider calls it; nil where it did not say.
  package let etag: String?
  /// Whether this call found the event as it should be and sent nothing.
  package let wasThere: Bool
  /// The UID that guests see (RFC 5545 section 3.8.4.7), where the provider makes its own.
  package let uid: String?
  package let conference: Conference

  package init(
    remoteID: String, etag: String?, wasThere: Bool, uid: String? = nil,
    conference: Conference = .none
  ) {
    self.remoteID = remoteID
    self.etag = etag
    self.wasThere = wasThere
    self.uid = uid
    self.conference = conference
  }
}
