import Bookings
import Core

/// For servers that keep no record of what has changed: what a calendar holds is compared with what it held.
extension CalDAVProvider {
  func compared(
    _ calendar: Calendar, with known: CalDAVTags
  ) throws(ProviderError) -> CalendarChanges {
    let location = try location(of: calendar)
    let whole = try whereabouts(of: location)?.first(.ctag)?.trimmed
    if let whole, whole == known.whole {
      return CalendarChanges(
        events: [], position: CalDAVPosition.tags(known).position, isWhole: false)
    }
    let tags = try tags(of: location, whole: whole)
    let changed = tags.objects.filter { known.objects[$0.key] != $0.value }.keys
    let removed = known.objects.keys.filter { tags.objects[$0] == nil }
    return try told(
      Set(changed.map(location.member)), Set(removed.map(location.member)), on: calendar,
      position: CalDAVPosition.tags(tags).position)
  }

  /// The tag of the whole is older than those of the objects: what changes meanwhile makes it differ again.
  func tags(
    of location: DAVLocation, whole: String?
  ) throws(ProviderError) -> CalDAVTags {
    let (answer, found) = try client.multistatus(
      "PROPFIND", to: location, depth: 1, body: CalDAVQueries.etags)
    var objects: [String: String] = [:]
    for resource in answer.resources {
      guard let place = found.member(href: resource.href),
        let etag = resource.properties.first(.dav("getetag"))?.trimmed, !place.name.isEmpty
      else { continue }
      objects[place.name] = etag
    }
    return CalDAVTags(whole: whole, objects: objects)
  }
}
