import Core

package typealias WatchID = Identifier<Watch>

/// A provider's promise to call us when a calendar changes, as it is kept here: what its calls are believed by.
///
///     asked ── the provider has answered ──▶ live ── another has taken its place, or none is wanted ──▶ ending
///
/// `asked` is committed before the provider hears of it, since it may call before it answers. A row that has
/// ended is deleted, and then nobody is believed who names it.
package struct Watch: Equatable, Sendable {
  package enum State: String, Sendable, CaseIterable {
    case asked, live
    /// Its calls are believed no more; the provider has not let go of it yet.
    case ending
  }

  /// Ours; it stands in the address that the provider calls, and is the channel's id at Google.
  package let id: WatchID
  package let calendar: CalendarID
  package var state: State
  /// SHA-256 of the secret that its calls bear. The secret itself is known to the provider alone.
  package let secretHash: [UInt8]
  package let askedAt: Timestamp
  /// Nil until the provider has answered.
  package var promise: Promise?
  package var lastCallAt: Timestamp?

  package struct Promise: Equatable, Sendable {
    /// The provider's name for it.
    package let providerID: String
    /// What else the provider wants to hear when it is to end.
    package let resource: String?
    package let expiresAt: Timestamp
    /// From then on it is to be renewed.
    package let renewAt: Timestamp

    package init(providerID: String, resource: String?, expiresAt: Timestamp, renewAt: Timestamp) {
      self.providerID = providerID
      self.resource = resource
      self.expiresAt = expiresAt
      self.renewAt = renewAt
    }
  }

  package init(
    id: WatchID, calendar: CalendarID, state: State = .asked, secretHash: [UInt8],
    askedAt: Timestamp, promise: Promise? = nil, lastCallAt: Timestamp? = nil
  ) {
    self.id = id
    self.calendar = calendar
    self.state = state
    self.secretHash = secretHash
    self.askedAt = askedAt
    self.promise = promise
    self.lastCallAt = lastCallAt
  }

  /// Whether a call that names the provider's id is to be believed once its secret is right. A watch of which
  /// the provider's answer has not come is known by its address alone.
  package func mayBeNamed(_ providerID: String, at now: Timestamp) -> Bool {
    if state == .ending { return false }
    guard let promise else { return true }
    return promise.providerID == providerID && promise.expiresAt > now
  }
}

/// A calendar, and what there is of watches on it.
package struct CalendarWatches: Equatable, Sendable {
  package let calendar: Calendar
  package let provider: Connection.Provider
  package let organization: OrganizationID
  /// Whether a link's bookings go to it, or bookings on it are not over.
  package let isInUse: Bool
  package let watches: [Watch]

  package init(
    calendar: Calendar, provider: Connection.Provider, organization: OrganizationID,
    isInUse: Bool, watches: [Watch]
  ) {
    self.calendar = calendar
    self.provider = provider
    self.organization = organization
    self.isInUse = isInUse
    self.watches = watches
  }

  package var live: Watch? { watches.first { $0.state == .live } }
}

/// A call of a provider that has shown its secret.
package struct ProviderCall: Hashable, Sendable {
  package enum News: String, Sendable {
    /// The calendar may have changed, or calls about it may have been lost.
    case changed
    /// The provider wants to hear soon that we still have the right to be called.
    case toBeRenewed
    /// The provider has ended the watch.
    case ended
  }

  package let watch: WatchID
  package let news: News

  package init(watch: WatchID, news: News) {
    self.watch = watch
    self.news = news
  }
}
