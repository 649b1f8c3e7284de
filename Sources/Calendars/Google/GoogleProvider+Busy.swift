import Bookings
import Core

extension GoogleProvider {
  /// All calendars are asked about at once, by `freeBusy`, which needs the smallest scope. It merges events
  /// and tells no ids, so the calendar that holds `own` has its events listed instead.
  package func busy(
    in calendars: [Calendar], during window: Interval, except own: OwnEvent?
  ) throws(ProviderError) -> [CalendarID: Result<[BusyInterval], ProviderError>] {
    var results: [CalendarID: Result<[BusyInterval], ProviderError>] = [:]
    for calendar in calendars where calendar.id == own?.calendar {
      do throws(ProviderError) {
        results[calendar.id] = .success(try listed(calendar, during: window, except: own?.key))
      } catch {
        if error == .unauthorized { throw error }
        results[calendar.id] = .failure(error)
      }
    }
    let rest = calendars.filter { $0.id != own?.calendar }
    for start in stride(from: 0, to: rest.count, by: GoogleProvider.calendarsAtOnce) {
      let some = rest[start..<min(rest.count, start + GoogleProvider.calendarsAtOnce)]
      results.merge(try freeBusy(of: Array(some), during: window)) { $1 }
    }
    return results
  }

  /// `calendarExpansionMax` of the API.
  static let calendarsAtOnce = 50
  /// Google refuses somewhere beyond three months, and does not say where. The longest page, two months with a
  /// day or two around them, is one question: its first visitor waits for every one of them.
  static let longestPiece = Duration.days(70)

  // MARK: - Merged

  private func freeBusy(
    of calendars: [Calendar], during window: Interval
  ) throws(ProviderError) -> [CalendarID: Result<[BusyInterval], ProviderError>] {
    var busy: [CalendarID: [Interval]] = [:]
    var errors: [CalendarID: ProviderError] = [:]
    for piece in window.pieces(of: GoogleProvider.longestPiece) {
      let request = RESTRequest(
        "POST", "/freeBusy",
        body: [
          "timeMin": .string(piece.start.rfc3339), "timeMax": .string(piece.end.rfc3339),
          "timeZone": "UTC",
          "items": .array(calendars.map { ["id": .string($0.remoteID)] }),
        ], isSafe: true)
      let answers = try api.object(request)["calendars"]
      for calendar in calendars {
        do throws(ProviderError) {
          busy[calendar.id, default: []] += try intervals(answers?[calendar.remoteID])
        } catch {
          errors[calendar.id] = error
        }
      }
    }
    return Dictionary(
      uniqueKeysWithValues: Set(calendars.map(\.id)).map { id in
        if let error = errors[id] { return (id, .failure(error)) }
        let merged = IntervalSet(busy[id] ?? []).intervals
        return (id, .success(merged.map { BusyInterval(interval: $0, uid: nil) }))
      })
  }

  /// An entry with errors holds an empty `busy` as well, which means nothing.
  private func intervals(_ entry: JSON?) throws(ProviderError) -> [Interval] {
    if let error = entry?["errors"]?.array?.first {
      let reason = error["reason"]?.string?.lowercased() ?? ""
      throw GoogleOutcome.busyTable[reason] ?? GoogleOutcome.otherBusyError
    }
    guard let blocks = entry?["busy"]?.array else { throw .saysNothing }
    var intervals: [Interval] = []
    for block in blocks {
      guard let start = block["start"]?.string.flatMap({ Timestamp(rfc3339: $0) }),
        let end = block["end"]?.string.flatMap({ Timestamp(rfc3339: $0) }), start <= end
      else { throw .unreadableEvent }
      intervals.append(Interval(start: start, end: end))
    }
    return intervals
  }

  // MARK: - One by one

  private func listed(
    _ calendar: Calendar, during window: Interval, except own: EventKey?
  ) throws(ProviderError) -> [BusyInterval] {
    var busy: [BusyInterval] = []
    // With one attendee at most Google gives the owner's own entry, which is the one that counts.
    let query = [
      (name: "singleEvents", value: "true"), ("timeMin", window.start.rfc3339),
      ("timeMax", window.end.rfc3339), ("maxAttendees", "1"),
    ]
    let last = try eachEvent(of: calendar, query) { item, zone throws(ProviderError) in
      guard item["id"]?.string != own?.text, GoogleEvent.takesTime(item) else { return }
      guard let interval = GoogleEvent.interval(item, zone: zone) else { throw .unreadableEvent }
      busy.append(BusyInterval(interval: interval, uid: item["iCalUID"]?.string))
    }
    guard last != nil else { throw .saysNothing }
    return busy.filter { $0.interval.overlaps(window) }.sorted {
      ($0.interval.start, $0.interval.end) < ($1.interval.start, $1.interval.end)
    }
  }

  /// Whose days all-day events take.
  func zone(of list: JSON?, _ calendar: Calendar) throws(ProviderError) -> Zone {
    if let told = list?["timeZone"]?.string, let zone = try? zones.zone(told) { return zone }
    guard let zone = try? zones.zone(calendar.timeZone) else {
      throw ProviderError(.permanent, "the calendar's time zone is not known here")
    }
    return zone
  }
}

extension ProviderError {
  /// A calendar about which nothing is said is not free.
  static let saysNothing = ProviderError(
    .transient, "the provider's answer says nothing of the calendar")
}

extension Interval {
  /// The interval in order, in pieces no longer than `length`.
  func pieces(of length: Duration) -> [Interval] {
    var pieces: [Interval] = []
    var start = self.start
    while start < end {
      let next = min(start + length, end)
      pieces.append(Interval(start: start, end: next))
      start = next
    }
    return pieces
  }
}
