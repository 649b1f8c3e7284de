import Core

package struct HTTPClientOptions: Sendable {
  /// Requests that may be under way at once; each has a handle with its own warm connections. One more
  /// waits. The default gives every worker of a small server one.
  package var handles = 16
  /// The largest answer taken: a year of a crowded calendar is a few megabytes.
  package var maximumBodyBytes = 16 << 20
  /// All header lines of one answer together; servers themselves stop at 8 to 32 KB.
  package var maximumHeadBytes = 64 << 10
  /// A server that does not accept within this is down; the deadline alone would let it hold a handle
  /// for a minute.
  package var connectTimeout = Duration.seconds(10)
  /// URL of a proxy for everything but loopback, with its password if it has one.
  package var proxy: Redacted<String>?

  /// Whether to connect to public addresses only, for URLs that strangers have typed. It is the address about
  /// to be connected to that is looked at, so that a name which changes its meaning between two look-ups
  /// gains nothing. Behind a proxy nobody here sees that address: then what the name means to us is looked
  /// at, and the rest is the proxy's duty.
  package var refusesPrivateAddresses = false

  package init() {}
}
