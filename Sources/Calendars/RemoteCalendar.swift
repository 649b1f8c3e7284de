/// A calendar as its provider lists it, before anybody here has chosen it.
package struct RemoteCalendar: Equatable, Sendable {
  /// The provider's name for it: an absolute URL for CalDAV, an id elsewhere.
  package let remoteID: String
  package let name: String
  /// IANA name; the account's default where the provider does not say.
  package let timeZone: String
  package let isWritable: Bool

  package init(remoteID: String, name: String, timeZone: String, isWritable: Bool) {
    self.remoteID = remoteID
    self.name = name
    self.timeZone = timeZone
    self.isWritable = isWritable
  }
}
