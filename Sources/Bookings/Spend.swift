import Core

/// One use of a single-use link: a line of its ledger.
package struct Spend: Equatable, Sendable {
  package struct Release: Equatable, Sendable {
    package let at: Timestamp
    /// `rejected` or `failed` as its booking ended before it was ever confirmed, or `reopened`.
    package let reason: String
    /// `bookend` because of the booking's end, or who reopened the link: an API key's id, or `commandLine`.
    package let by: String
    /// Of an API key.
    package let keyName: String?

    package init(at: Timestamp, reason: String, by: String, keyName: String?) {
      self.at = at
      self.reason = reason
      self.by = by
      self.keyName = keyName
    }
  }

  /// Its number in the ledger of all links.
  package let number: Int64
  package let booking: BookingID
  package let claimedAt: Timestamp
  /// Nil: it still holds, and the link is spent.
  package let release: Release?

  package init(number: Int64, booking: BookingID, claimedAt: Timestamp, release: Release?) {
    self.number = number
    self.booking = booking
    self.claimedAt = claimedAt
    self.release = release
  }

  /// The reason of a release by the owner.
  package static let reopened = "reopened"
}

/// An owner's wish to take bookings under a spent link again.
package struct Reopening: Sendable {
  package let link: LinkID
  /// Whose it must be; nil as host: anybody's of the organization.
  package let organization: OrganizationID
  package let host: HostID?
  /// Who asks, an API key's id or `commandLine`: the ledger keeps it.
  package let by: String
  /// Where given, the link must stand at it.
  package let revision: Int?

  package init(
    link: LinkID, organization: OrganizationID, host: HostID?, by: String, revision: Int?
  ) {
    self.link = link
    self.organization = organization
    self.host = host
    self.by = by
    self.revision = revision
  }
}
