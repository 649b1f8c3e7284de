/// An XML name with its namespace: servers choose their own prefixes.
struct DAVName: Hashable, Sendable {
  let namespace: String
  let local: String

  static func dav(_ local: String) -> DAVName { DAVName(namespace: "DAV:", local: local) }
  static let ctag = DAVName(namespace: "http://calendarserver.org/ns/", local: "getctag")

  static func caldav(_ local: String) -> DAVName {
    DAVName(namespace: "urn:ietf:params:xml:ns:caldav", local: local)
  }
}
