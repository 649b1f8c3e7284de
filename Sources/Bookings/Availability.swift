// Slots: which times may be booked.
//
// Three parties ask. The page asks for a list, Intake asks about the one slot that a guest has sent, and
// the worker asks again before it writes into the calendar. If each had its own rule, they would disagree
// one day: a guest would be shown a time that is then refused, or worse, be given one that was never
// offered. So there is one predicate, `refusal(of:)`. The list enumerates the grid and asks it of every
// candidate; nearest and next slots are taken from the list; and the part that can change between
// accepting and writing, `obstructs(_:)`, is a part of it, for the worker to ask alone.
//
// Everything here is a function of what comes in: the link's settings, its zone, now, and the time that is
// taken. Nothing reads a clock or a calendar, and nothing is stored.
//
// What makes a slot bookable, in the order in which a refusal is told:
//
//   1. Its duration is one that the link offers.                              durationNotOffered
//   2. It starts no earlier than the minimum notice after now.                noticeTooShort
//   3. It starts on a date that is visible, and all of it is working time.    outsideWindow
//   4. It starts on the grid.                                                 notOnGrid
//   5. With its buffers it touches nothing that is taken.                     slotTaken
//
// The order goes from the coarse to the fine, so that a guest who mends what the answer names comes nearer:
// with a wrong duration no time helps; before the notice has run out no hour helps; outside working hours
// there is no grid; and `slotTaken` is told only of a slot that would have been had, which is also why it
// alone comes with alternatives. No refusal tells what a calendar holds unless the slot was on offer.
//
// Local time. The link's zone decides three things: which dates are visible, on which date a window
// begins, and at which instants a window's edges lie. From there on all is elapsed time. Slots are stepped
// from a window's first instant by the slot interval, as a clock that knows no daylight saving would; so
// no wall time inside a gap is ever offered, the hour that clocks show twice is offered twice, and a
// window that begins at 09:00 has its first slot at 09:00 on every day of the year. Notice is elapsed
// time too: 24 hours before a Sunday on which clocks go forward is an hour earlier on the wall.
//
//   window    22:00 ─────────┬─────────────── 04:00      New York, clocks go from 02:00 to 03:00
//   on wall   22 23 00 01    │ 03                        five hours long
//   elapsed    0  1  2  3    │  4                        step 60 minutes: five starts
//
// Dates. A slot belongs to the date on which it starts, in the link's zone. "Rolling 1" is today alone. A
// window that crosses midnight belongs to the date of its start as far as weekdays go, but a slot after
// midnight is a slot of the next date, and visible when that is.
//
// Taken. `busy` is what calendars say, as it is. `claims` is what bookings keep and comes widened by the
// buffers that each was made with. A new slot is widened by this link's buffers and must not overlap
// either. Intervals are half-open: one may begin where the other ends. Two bookings of one link with
// buffers on both sides therefore lie the sum of both apart, while a calendar's own event has none.
//
// Cost. Taken time is sorted and merged once, a window's instants are found once per call; a candidate
// then costs two or three binary searches. 62 days of 24 hours on a grid of 15 minutes are 5 952
// candidates and stay below a millisecond.

import Core

/// Which times of a link may be booked, as seen at one moment.
package struct Availability: Sendable {
  private let weekly: [WeeklyWindow]
  private let zone: Zone
  // Plain milliseconds, because a page asks thousands of times and `Duration` counts in 128 bits.
  private let durationsMilliseconds: [Int64]
  private let stepMilliseconds: Int64
  private let bufferBeforeMilliseconds: Int64
  private let bufferAfterMilliseconds: Int64
  private let earliestStart: Timestamp
  private let visible: Interval
  private var taken: IntervalSet

  /// - Parameters:
  ///   - settings: Without `problems`.
  ///   - zone: That of `settings.timeZone`.
  ///   - busy: What the calendars say is taken; complete for the `reach` of what is asked about.
  ///   - claims: What bookings keep, widened by the buffers of each; complete likewise.
  package init(
    settings: LinkSettings, zone: Zone, now: Timestamp, busy: [Interval], claims: [Interval]
  ) {
    invariant(settings.timeZone == zone.name, "availability is computed in the link's zone")
    weekly = settings.weekly
    self.zone = zone
    durationsMilliseconds = settings.durationsMinutes.map(Availability.milliseconds)
    stepMilliseconds = Availability.milliseconds(settings.slotIntervalMinutes)
    bufferBeforeMilliseconds = Availability.milliseconds(settings.bufferBeforeMinutes)
    bufferAfterMilliseconds = Availability.milliseconds(settings.bufferAfterMinutes)
    earliestStart = now + .minutes(settings.minimumNoticeMinutes)
    visible = settings.visibility.time(in: zone, now: now)
    taken = IntervalSet(busy + claims)
  }

  /// The same as seen when `busy` has become known too: what was not refused before, is refused now only
  /// where the time is taken.
  package func taking(_ busy: [Interval]) -> Availability {
    var availability = self
    availability.taken = IntervalSet(taken.intervals + busy)
    return availability
  }

  /// Nil: it may be booked. Otherwise the first reason of those above why not.
  package func refusal(of slot: Interval) -> Refusal? {
    refusal(of: slot, hours: hours(for: Interval(start: slot.start, end: slot.start)))
  }

  private func refusal(of slot: Interval, hours: @autoclosure () -> WorkingHours) -> Refusal? {
    let duration = slot.end.milliseconds - slot.start.milliseconds
    guard durationsMilliseconds.contains(duration) else { return .durationNotOffered }
    guard slot.start >= earliestStart else { return .noticeTooShort }
    guard visible.contains(slot.start) else { return .outsideWindow }
    let hours = hours()
    guard hours.cover(slot) else { return .outsideWindow }
    guard hours.gridHolds(slot.start, stepMilliseconds: stepMilliseconds) else {
      return .notOnGrid
    }
    return obstructs(slot) ? .slotTaken : nil
  }

  /// Whether something that is taken lies in the way of `slot` with this link's buffers. Working hours,
  /// grid and notice do not count: once accepted, a booking is not undone by them.
  package func obstructs(_ slot: Interval) -> Bool {
    taken.overlaps(
      Interval(
        start: Timestamp(milliseconds: slot.start.milliseconds - bufferBeforeMilliseconds),
        end: Timestamp(milliseconds: slot.end.milliseconds + bufferAfterMilliseconds)))
  }
}

// MARK: Lists

extension Availability {
  /// How far ahead `nextAvailable` looks: further than calendars are kept, and a bound for links whose
  /// dates have no end worth the name.
  package static let longestSearch = Duration.days(366)

  /// Every bookable slot of that duration that starts in `range`, in order.
  package func slots(in range: Interval, durationMinutes: Int) -> [Interval] {
    // No more than a short cut: the predicate refuses what lies outside.
    let start = max(range.start, earliestStart, visible.start)
    let end = min(range.end, visible.end)
    guard start < end else { return [] }

    let starts = Interval(start: start, end: end)
    let hours = hours(for: starts)
    let duration = Availability.milliseconds(durationMinutes)
    var slots: [Interval] = []
    for start in hours.gridInstants(in: starts, stepMilliseconds: stepMilliseconds) {
      let slot = Interval(
        start: start, end: Timestamp(milliseconds: start.milliseconds + duration))
      if refusal(of: slot, hours: hours) == nil { slots.append(slot) }
    }
    return slots
  }

  /// The first bookable slot that starts at `after` or later, and before `before` where that is given:
  /// as far as what is taken is known.
  package func nextAvailable(
    after: Timestamp, before: Timestamp? = nil, durationMinutes: Int
  ) -> Interval? {
    var start = max(after, earliestStart, visible.start)
    let end = min(before ?? visible.end, visible.end, start + Availability.longestSearch)
    while start < end {
      let week = Interval(start: start, end: min(start + .days(7), end))
      if let first = slots(in: week, durationMinutes: durationMinutes).first { return first }
      start = week.end
    }
    return nil
  }

  /// At most `limit` bookable slots of the same duration that start nearest to `slot`, in order of time,
  /// all starting in `range` where that is given. The slot itself is not among them.
  package func alternatives(
    to slot: Interval, limit: Int, within range: Interval? = nil
  ) -> [Interval] {
    let minutes = Int(slot.duration.wholeMilliseconds / 60_000)
    var nearest: [Interval] = []
    // The circle grows only while it holds too few, because most guests find one on the same day.
    for radius in [Duration.days(1), .days(7), .days(31)] {
      let start = max(slot.start - radius, range?.start ?? slot.start - radius)
      let end = min(slot.start + radius, range?.end ?? slot.start + radius)
      guard start < end else { return [] }
      let found = slots(in: Interval(start: start, end: end), durationMinutes: minutes)
      nearest = Array(
        found.filter { $0 != slot }
          .sorted { $0.distance(to: slot) < $1.distance(to: slot) }
          .prefix(limit))
      if nearest.count == limit { break }
    }
    return nearest.sorted { $0.start < $1.start }
  }
}

// MARK: Time

extension Availability {
  /// The windows that slots starting in `starts` can have to do with. A window ends by the end of the
  /// date after its own, so one date before suffices; a slot of 24 hours that starts late, before a date
  /// of 23 hours, ends on the second date after.
  private func hours(for starts: Interval) -> WorkingHours {
    let first = zone.local(at: starts.start).date.daysSinceEpoch - 1
    let last = zone.local(at: starts.end).date.daysSinceEpoch + 2
    return WorkingHours(weekly: weekly, zone: zone, dates: first...last)
  }

  private static func milliseconds(_ minutes: Int) -> Int64 { Int64(minutes) * 60_000 }
}

extension Visibility {
  /// From the first instant of the first date to the last of the last.
  fileprivate func time(in zone: Zone, now: Timestamp) -> Interval {
    let first: CivilDate
    let last: CivilDate
    switch self {
    case .rollingDays(let days):
      first = zone.local(at: now).date
      last = first.adding(days: days - 1)
    case .dates(let from, let to):
      (first, last) = (from, to)
    }
    return Interval(
      start: zone.startOfDay(first), end: zone.startOfDay(last.adding(days: 1)))
  }
}

extension Interval {
  /// Between the starts, in milliseconds.
  fileprivate func distance(to other: Interval) -> Int64 {
    abs(start.milliseconds - other.start.milliseconds)
  }
}
