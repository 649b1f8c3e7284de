import Bookings
import Core
import Foundation
import Store

/// For whom the command line acts: the installation's organization and its host, made the first time they are
/// needed. (Further ones come by the API.)
struct Owner {
  let organization: OrganizationID
  let host: HostRecord

  /// - Parameters: what a new host is called; they change nothing once there is one.
  static func of(
    _ installation: Installation, organizationName: String = "Bookend", name: String? = nil,
    email: String? = nil, timeZone: String? = nil
  ) throws -> Owner {
    let store = installation.store
    if let organization = try store.organizations().first?.id,
      let host = try store.hosts(of: organization).first
    {
      return Owner(organization: organization, host: host)
    }
    let zone = timeZone ?? systemTimeZone()
    do {
      _ = try installation.zones.zone(zone)
    } catch {
      throw CommandRefusal(.usage, "--time-zone must be an IANA name, such as Europe/Berlin")
    }
    let now = installation.time.now()
    let organization = OrganizationID(
      prefix: "org", at: now, randomness: installation.randomness)
    let host = HostRecord(
      id: HostID(prefix: "hst", at: now, randomness: installation.randomness),
      organization: organization, name: name ?? "Host",
      email: email ?? installation.configuration.mail.from, timeZone: zone)
    try store.insertOrganization(organization, name: organizationName)
    try store.insert(host)
    return Owner(organization: organization, host: host)
  }

  /// The machine's zone by name, as Debian keeps it.
  static func systemTimeZone() -> String {
    let text = (try? String(contentsOfFile: "/etc/timezone", encoding: .utf8)) ?? ""
    let name = text.split(whereSeparator: \.isWhitespace).first.map(String.init)
    return name ?? "UTC"
  }

  /// Makes an API key and returns it: the one time that anybody can see it.
  func makeKey(
    _ installation: Installation, name: String, scopes: Set<APIKey.Scope>, host: HostID? = nil
  ) throws -> String {
    let text = "bk_" + base64url(try secureKeyBytes())
    let key = APIKey(
      id: Identifier(
        prefix: "key", at: installation.time.now(), randomness: installation.randomness),
      organization: organization, host: host, name: name, scopes: scopes)
    try installation.store.insert(key, hash: keyHash(text))
    return text
  }
}
