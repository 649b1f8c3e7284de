import Bookings
import Core
import HTTPClient

/// `calendarView` and not `getSchedule`: it works for every calendar and every kind of account, and shows
/// which event is which.
extension OutlookProvider {
  package func busy(
    in calendars: [Calendar], during window: Interval, except own: OwnEvent?
  ) throws(ProviderError) -> [CalendarID: Result<[BusyInterval], ProviderError>] {
    var results: [CalendarID: Result<[BusyInterval], ProviderError>] = [:]
    for start in stride(from: 0, to: calendars.count, by: OutlookProvider.calendarsAtOnce) {
      let some = calendars[start..<min(calendars.count, start + OutlookProvider.calendarsAtOnce)]
      for (calendar, first) in try firstPages(of: Array(some), during: window) {
        do throws(ProviderError) {
          let events = try events(from: first, calendar)
          results[calendar.id] = .success(
            try busy(events, in: calendar, during: window, except: own))
        } catch {
          if error == .unauthorized { throw error }
          results[calendar.id] = .failure(error)
        }
      }
    }
    return results
  }

  /// Exchange carries out four requests for one mailbox at a time and refuses more, those of a batch
  /// among them; one is left for somebody else.
  static let calendarsAtOnce = 3

  private typealias Page = Result<JSON, ProviderError>

  /// A single calendar is asked directly, several in one batch.
  private func firstPages(
    of calendars: [Calendar], during window: Interval
  ) throws(ProviderError) -> [(Calendar, Page)] {
    if calendars.count == 1, let calendar = calendars.first {
      let request = view(of: calendar, during: window)
      let answer = try api.send(request)
      return [(calendar, page(answer, request))]
    }
    let requests = calendars.map { view(of: $0, during: window) }
    let batch = RESTRequest(
      "POST", "/$batch",
      body: [
        "requests": .array(
          requests.indices.map { index in
            [
              "id": .string("\(index)"), "method": "GET", "url": .string(requests[index].target),
              // The outer request's preferences do not reach the inner ones.
              "headers": .object(JSONObject(api.headers.map { ($0.name, .string($0.value)) })),
            ]
          })
      ], isSafe: true)
    guard let answers = try api.object(batch)["responses"]?.array else { throw .saysNothing }
    return calendars.indices.map { index in
      let mine = answers.first { $0["id"]?.string == "\(index)" }
      guard let answer = mine.flatMap({ RESTAnswer(inBatch: $0) }) else {
        return (calendars[index], .failure(.saysNothing))
      }
      return (calendars[index], page(answer, requests[index]))
    }
  }

  private func view(of calendar: Calendar, during window: Interval) -> RESTRequest {
    RESTRequest(
      "GET", "\(path(of: calendar))/calendarView",
      query: [
        ("startDateTime", window.start.rfc3339), ("endDateTime", window.end.rfc3339),
        ("$select", OutlookEvent.busyFields), ("$top", "500"),
      ])
  }

  private func page(_ answer: RESTAnswer, _ request: RESTRequest) -> Page {
    answer.status == 200 ? .success(answer.json) : .failure(api.error(answer, request))
  }

  private func events(from first: Page, _ calendar: Calendar) throws(ProviderError) -> [JSON] {
    var list = try first.get()
    var events: [JSON] = []
    for _ in 1...OutlookProvider.mostPages {
      guard let entries = list["value"]?.array else { throw .saysNothing }
      events += entries
      guard let request = try next(list) else { return events }
      list = try api.object(request)
    }
    throw ProviderError(.permanent, "the calendar holds more events than can be read")
  }

  private func busy(
    _ events: [JSON], in calendar: Calendar, during window: Interval, except own: OwnEvent?
  ) throws(ProviderError) -> [BusyInterval] {
    let zone = try zone(of: calendar)
    var busy: [BusyInterval] = []
    for event in events where OutlookEvent.takesTime(event) {
      if own?.calendar == calendar.id, own?.key.text == event["transactionId"]?.string { continue }
      guard let interval = OutlookEvent.interval(event, zone: zone, zones: zones) else {
        throw .unreadableEvent
      }
      busy.append(BusyInterval(interval: interval, uid: event["iCalUId"]?.string))
    }
    return busy.filter { $0.interval.overlaps(window) }.sorted {
      ($0.interval.start, $0.interval.end) < ($1.interval.start, $1.interval.end)
    }
  }
}

extension OutlookProvider {
  /// Whose days all-day events take.
  func zone(of calendar: Calendar) throws(ProviderError) -> Zone {
    guard let zone = try? zones.zone(calendar.timeZone) else {
      throw ProviderError(.permanent, "the calendar's time zone is not known here")
    }
    return zone
  }
}

extension RESTAnswer {
  /// One of a batch's answers: each has a status and headers of its own.
  init?(inBatch json: JSON) {
    guard let status = json["status"]?.integer else { return nil }
    let headers = (json["headers"]?.object?.members ?? []).compactMap { member in
      member.value.string.map { (name: member.key, value: $0) }
    }
    self.init(
      response: HTTPResponse(status: Int(status), headers: headers), json: json["body"] ?? .null)
  }
}
