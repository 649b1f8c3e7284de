import Core
import Foundation
import ICalendar

/// From the URL that the owner typed to the account's calendars (RFC 6764 section 6).
extension CalDAVProvider {
  package func calendars() throws(ProviderError) -> [RemoteCalendar] {
    if let typed = try describe(client.base, depth: 0)?.first, let calendar = remote(typed) {
      return [calendar]
    }
    let home = try principal()?.home ?? client.base
    guard let members = try describe(home, depth: 1) else {
      throw ProviderError(.permanent, "no calendars were found at this URL")
    }
    let calendars = members.compactMap(remote)
    guard !calendars.isEmpty else {
      throw ProviderError(.permanent, "the account holds no calendar for events")
    }
    return calendars
  }

  struct Principal: Sendable {
    let home: DAVLocation?
    let addresses: Set<String>
    /// Has an outbox for scheduling messages (RFC 6638 section 2.1).
    let hasOutbox: Bool
  }

  /// The account's principal: named by the typed URL, or by the server's well-known place, or the typed
  /// URL itself. Nil where the server knows no such thing.
  func principal() throws(ProviderError) -> Principal? {
    for start in [
      client.base, client.base.at(path: "/.well-known/caldav"), client.base.at(path: "/"),
    ] {
      guard let found = try describe(start, depth: 0)?.first else { continue }
      if let home = found.properties.first(.caldav("calendar-home-set"))?.href {
        return principal(found, home: home)
      }
      guard let href = found.properties.first(.dav("current-user-principal"))?.href,
        let location = found.location.resolving(href),
        let principal = try describe(location, depth: 0)?.first
      else { continue }
      return self.principal(
        principal, home: principal.properties.first(.caldav("calendar-home-set"))?.href)
    }
    return nil
  }

  private func principal(_ found: Described, home: String?) -> Principal {
    let addresses =
      found.properties.first(.caldav("calendar-user-address-set"))?
      .all(.dav("href")).map(\.trimmed) ?? []
    let outbox = found.properties.first(.caldav("schedule-outbox-URL"))?.href
    return Principal(
      home: home.flatMap(found.location.resolving), addresses: Set(addresses),
      hasOutbox: outbox?.isEmpty == false)
  }

  /// A resource that was asked what it is.
  struct Described {
    let location: DAVLocation
    let properties: DAVElement
  }

  /// Nil where there is nothing that could answer.
  private func describe(_ location: DAVLocation, depth: Int) throws(ProviderError) -> [Described]? {
    do throws(ProviderError) {
      let (answer, found) = try client.multistatus(
        "PROPFIND", to: location, depth: depth, body: CalDAVQueries.describe)
      return answer.resources.compactMap { resource in
        found.resolving(resource.href).map {
          Described(location: $0, properties: resource.properties)
        }
      }
    } catch {
      // A server's root is often no WebDAV place at all.
      guard error.isRefusal else { throw error }
      return nil
    }
  }

  /// Nil for what is no calendar, or one for tasks only, or on a server that may not have the credentials.
  private func remote(_ found: Described) -> RemoteCalendar? {
    let properties = found.properties
    guard properties.first(.dav("resourcetype"))?.has(.caldav("calendar")) == true,
      holdsEvents(properties), client.base.trusts(found.location)
    else { return nil }
    let name = properties.first(.dav("displayname"))?.trimmed ?? ""
    let folder = found.location.path.split(separator: "/").last.map(String.init) ?? ""
    return RemoteCalendar(
      remoteID: found.location.text,
      name: name.isEmpty ? folder.removingPercentEncoding ?? folder : name,
      timeZone: timeZone(properties) ?? defaultTimeZone, isWritable: isWritable(properties))
  }

  /// RFC 4791 section 5.2.3: without the property every kind of component is taken.
  private func holdsEvents(_ properties: DAVElement) -> Bool {
    guard let kinds = properties.first(.caldav("supported-calendar-component-set")) else {
      return true
    }
    return kinds.children.isEmpty
      || kinds.children.contains { $0.nameAttribute?.uppercased() == "VEVENT" }
  }

  /// RFC 3744 section 5.4; a server that does not tell is believed to allow it until it refuses.
  private func isWritable(_ properties: DAVElement) -> Bool {
    guard let set = properties.first(.dav("current-user-privilege-set")) else { return true }
    let privileges = Set(set.all(.dav("privilege")).flatMap(\.children).map(\.name))
    return !privileges.isDisjoint(with: [.dav("all"), .dav("write"), .dav("bind")])
  }

  /// The IANA name that the calendar tells (RFC 7809 section 5.2), or that its VTIMEZONE is called by
  /// (RFC 4791 section 5.2.2); nil if our rules know none by that name.
  private func timeZone(_ properties: DAVElement) -> String? {
    if let name = properties.first(.caldav("calendar-timezone-id"))?.trimmed,
      let zone = try? zones.zone(name)
    {
      return zone.name
    }
    guard let text = properties.first(.caldav("calendar-timezone"))?.text else { return nil }
    return (try? calendarTimeZone(in: text, zones: zones))?.name
  }
}

extension DAVElement {
  /// The first href within.
  fileprivate var href: String? {
    first(.dav("href"))?.trimmed
  }
}
