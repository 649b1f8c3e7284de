import Bookings
import Core

extension GoogleProvider {
  /// Goes through a list of events, page by page, each event with the zone whose days it takes. Returns the
  /// last page, which holds the list's sync token; nil where the one that was asked with has expired.
  func eachEvent(
    of calendar: Calendar, _ query: [(name: String, value: String)],
    _ take: (JSON, Zone) throws(ProviderError) -> Void
  ) throws(ProviderError) -> JSON? {
    var page: String?
    for _ in 1...GoogleProvider.mostPages {
      var query = query + [("maxResults", "2500")]
      if let page { query.append(("pageToken", page)) }
      let request = RESTRequest("GET", events(of: calendar), query: query)
      let answer = try api.send(request)
      if api.isExpired(answer) { return nil }
      guard answer.status == 200 else { throw api.error(answer, request) }
      let list = try api.object(of: answer, request)
      guard let items = list["items"]?.array else { throw .saysNothing }
      let zone = try zone(of: list, calendar)
      for item in items { try take(item, zone) }
      page = list["nextPageToken"]?.string
      if page == nil { return list }
    }
    throw ProviderError(.permanent, "the calendar holds more events than can be read")
  }
}
