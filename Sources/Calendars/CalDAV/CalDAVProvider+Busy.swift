import Bookings
import Core
import ICalendar

extension CalDAVProvider {
  package func busy(
    in calendars: [Calendar], during window: Interval, except own: OwnEvent?
  ) throws(ProviderError) -> [CalendarID: Result<[BusyInterval], ProviderError>] {
    var results: [CalendarID: Result<[BusyInterval], ProviderError>] = [:]
    for calendar in calendars {
      do throws(ProviderError) {
        let busy = try busy(in: calendar, during: window)
        results[calendar.id] = .success(busy.without(own, in: calendar.id))
      } catch {
        // The next calendar would be refused too, and servers lock accounts that keep on trying.
        if error == .unauthorized { throw error }
        results[calendar.id] = .failure(error)
      }
    }
    return results
  }

  /// In the way that the calendar is known to answer, else in the other one.
  private func busy(
    in calendar: Calendar, during window: Interval
  ) throws(ProviderError) -> [BusyInterval] {
    let known = busyMethods.withLock { $0[calendar.id] ?? .events }
    let other: CalDAVBusyMethod = known == .events ? .freeBusy : .events
    let refusal: ProviderError
    do throws(ProviderError) {
      return try ask(calendar, during: window, by: known)
    } catch {
      guard error.isRefusal else { throw error }
      refusal = error
    }
    guard let busy = try? ask(calendar, during: window, by: other) else { throw refusal }
    // An event that we cannot read may be gone tomorrow; a server's refusal stays.
    if refusal != .unreadableEvent { busyMethods.withLock { $0[calendar.id] = other } }
    return busy
  }

  private func ask(
    _ calendar: Calendar, during window: Interval, by method: CalDAVBusyMethod
  ) throws(ProviderError) -> [BusyInterval] {
    guard let zone = try? zones.zone(calendar.timeZone) else {
      throw ProviderError(.permanent, "the calendar's time zone is not known here")
    }
    let location = try location(of: calendar)
    let texts: [String]
    var addresses: Set<String> = []
    switch method {
    case .events:
      texts = try events(at: location, during: window)
      addresses = texts.contains { $0.contains("DECLINED") } ? try ownAddresses() : []
    case .freeBusy:
      texts = [try freeBusy(at: location, during: window)]
    }
    var busy: [BusyInterval] = []
    for text in texts {
      do throws(ICalendarError) {
        busy += try busyIntervals(
          in: text, during: window, calendarZone: zone, zones: zones, ownAddresses: addresses)
      } catch {
        throw .unreadableEvent
      }
    }
    return busy.sorted {
      ($0.interval.start, $0.interval.end) < ($1.interval.start, $1.interval.end)
    }
  }

  /// The events that may take time in the window, and what a server takes for such.
  private func events(
    at location: DAVLocation, during window: Interval
  ) throws(ProviderError) -> [String] {
    let query = CalDAVQueries.events(during: CalDAVProvider.widened(window))
    return try resources(at: location, query).map(\.text)
  }

  /// A server takes days and times without a zone for days and times of UTC, which is up to fourteen hours
  /// off; what it finds too much is left out when we compute.
  static func widened(_ window: Interval) -> Interval {
    window.widened(before: .days(1), after: .days(1))
  }

  /// What a query finds.
  func resources(
    at location: DAVLocation, _ query: String
  ) throws(ProviderError) -> [(place: DAVLocation, text: String)] {
    let (answer, found) = try client.multistatus("REPORT", to: location, depth: 1, body: query)
    var resources: [(place: DAVLocation, text: String)] = []
    for resource in answer.resources {
      // Deleted while the server was answering.
      if resource.status == 404 || resource.status == 410 { continue }
      // Also how a server says that it has left events out (RFC 4791 section 7.8: 507).
      guard let data = resource.properties.first(.caldav("calendar-data")) else {
        throw ProviderError(.permanent, "the server leaves events out of its answer")
      }
      resources.append((found.member(href: resource.href) ?? found, data.text))
    }
    return resources
  }

  private func freeBusy(
    at location: DAVLocation, during window: Interval
  ) throws(ProviderError) -> String {
    let (response, _) = try client.send(
      "REPORT", to: location,
      headers: [("Depth", "1"), ("Content-Type", "application/xml; charset=utf-8")],
      body: CalDAVQueries.freeBusy(during: window))
    guard response.status == 200 else { throw client.error(response, "REPORT") }
    let text = String(decoding: response.body, as: UTF8.self)
    // Without one the answer says nothing; that is not the same as nothing being busy.
    guard let calendars = try? Component.read(text),
      calendars.contains(where: { !$0.components(named: "VFREEBUSY").isEmpty })
    else { throw ProviderError(.permanent, "the server's free-busy answer cannot be read") }
    return text
  }
}

extension ProviderError {
  /// Its calendar cannot be read, and never passes for free.
  static let unreadableEvent = ProviderError(.permanent, "an event in the calendar cannot be read")
}
