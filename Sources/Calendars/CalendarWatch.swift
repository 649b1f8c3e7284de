import Bookings
import Core

/// A provider's promise to call an address of ours whenever a calendar changes: Google's channel, Graph's
/// subscription. What it calls with is a hint and carries no data.
package struct CalendarWatch: Equatable, Sendable {
  /// The provider's name for it, which its calls bear.
  package let id: String
  /// What else the provider wants to hear when the watch is to end; nil where the id is enough.
  package let resource: String?
  /// It ends by itself then.
  package let expiresAt: Timestamp

  package init(id: String, resource: String?, expiresAt: Timestamp) {
    self.id = id
    self.resource = resource
    self.expiresAt = expiresAt
  }
}

/// What a watch is asked for with.
package struct WatchRequest: Sendable {
  /// An address of ours that the provider reaches, `https` outside of tests, and another one for each
  /// watch. It hears of the watch's own life as well, where a provider tells of that (Graph's
  /// `lifecycleEvent`).
  package let address: String
  /// The calls bear it, so that nobody else's are believed. At most 128 characters (Graph's clientState).
  package let secret: Redacted<String>
  /// A name for the watch, for providers that let us choose it: a new one each time, at most 64 characters
  /// of `A-Za-z0-9-_+/=` (Google).
  package let name: String
  /// How long it should last; the provider may make it shorter.
  package let until: Timestamp

  package init(address: String, secret: Redacted<String>, name: String, until: Timestamp) {
    self.address = address
    self.secret = secret
    self.name = name
    self.until = until
  }
}
