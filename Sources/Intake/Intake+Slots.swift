import Bookings
import Core

/// Slots as a page shows them.
package struct SlotList: Sendable, Equatable {
  package let slots: [Interval]
  /// The first bookable slot after the range, where the range has none.
  package let nextAvailable: Interval?
  /// When the oldest calendar reading behind it was made.
  package let asOf: Timestamp
  /// A calendar did not answer in time, and what it said a while ago stands in: people are told so.
  package let standsIn: Bool

  package init(
    slots: [Interval], nextAvailable: Interval?, asOf: Timestamp, standsIn: Bool = false
  ) {
    self.slots = slots
    self.nextAvailable = nextAvailable
    self.asOf = asOf
    self.standsIn = standsIn
  }
}

/// How old what was read is.
struct ReadingAge: Sendable {
  let asOf: Timestamp
  let standsIn: Bool

  /// Of two readings the answer is as old as the older one.
  func or(_ other: ReadingAge) -> ReadingAge {
    ReadingAge(asOf: min(asOf, other.asOf), standsIn: standsIn || other.standsIn)
  }
}

extension SlotList {
  fileprivate init(slots: [Interval], nextAvailable: Interval?, _ age: ReadingAge) {
    self.init(
      slots: slots, nextAvailable: nextAvailable, asOf: age.asOf, standsIn: age.standsIn)
  }
}

extension Intake {
  /// The longest range that may be asked for at once: two months, as a page shows them.
  package static let longestRangeDays = 62
  /// How many other slots a refused guest is offered.
  static let alternatives = 5
  /// How far from the slot they are looked for: who wanted Tuesday is not helped by a week later.
  static let nearby = Duration.days(3)

  /// The bookable slots that start in `range`, for a new booking or for moving `booking`, whose own event
  /// and claim do not stand in its way.
  package func slots(
    of link: Link, in range: Interval, durationMinutes: Int, moving booking: Booking? = nil,
    completion: @escaping Completion<SlotList>
  ) {
    let later = Interval(start: range.end, duration: .days(Intake.longestRangeDays))
    let nothingRead = ReadingAge(asOf: time.now(), standsIn: false)
    guard offers(link, in: range, durationMinutes, moving: booking) else {
      return next(
        of: link, in: later, durationMinutes, moving: booking, after: nothingRead, completion)
    }
    availability(of: link, in: range, moving: booking, answering: completion) { found, age in
      // To move a booking to the time that it has is no move.
      let slots = found.slots(in: range, durationMinutes: durationMinutes)
        .filter { $0 != booking?.time }
      if slots.isEmpty {
        return next(
          of: link, in: later, durationMinutes, moving: booking, after: age, completion)
      }
      completion(.success(SlotList(slots: slots, nextAvailable: slots.first, age)))
    }
  }

  /// No slots, as was read at `first`, and the first one later.
  private func next(
    of link: Link, in range: Interval, _ durationMinutes: Int, moving booking: Booking?,
    after first: ReadingAge, _ completion: @escaping Completion<SlotList>
  ) {
    guard offers(link, in: range, durationMinutes, moving: booking) else {
      return completion(.success(SlotList(slots: [], nextAvailable: nil, first)))
    }
    availability(of: link, in: range, moving: booking, answering: completion) { found, age in
      let next = found.nextAvailable(
        after: range.start, before: range.end, durationMinutes: durationMinutes)
      completion(
        .success(SlotList(slots: [], nextAvailable: next, first.or(age))))
    }
  }

  /// Whether the link's own rules offer anything in `range`: where they do not, no calendar is asked, so that
  /// nobody can make us ask about the year 9000.
  private func offers(
    _ link: Link, in range: Interval, _ durationMinutes: Int, moving booking: Booking?
  ) -> Bool {
    let settings = link.settings.agreed(with: booking)
    // A zone that cannot be read is told by whoever goes on.
    guard let zone = try? zones.zone(settings.timeZone) else { return true }
    let offer = Availability(
      settings: settings, zone: zone, now: time.now(), busy: [], claims: [])
    return offer.nextAvailable(
      after: range.start, before: range.end, durationMinutes: durationMinutes) != nil
  }

  /// Reads what is taken around `starts` and hands over the predicate, or answers with what went wrong.
  func availability<Value>(
    of link: Link, in starts: Interval, moving booking: Booking?,
    answering completion: @escaping Completion<Value>,
    _ body: @escaping @Sendable (Availability, _ age: ReadingAge) throws -> Void
  ) {
    let settings = link.settings.agreed(with: booking)
    let reach = settings.reach(ofSlotsIn: starts)
    let calendars = link.conflicts(for: booking)
    busyTimes.read(
      calendars, during: reach, excluding: booking?.id,
      maximumAge: link.settings.maximumBusyAge
    ) { reading in
      self.answering(completion) {
        let claims = try ledger.claims(on: calendars, during: reach, excluding: booking?.id)
        let zone = try zones.zone(settings.timeZone)
        let booked = try settings.capReach(ofSlotsIn: starts, zone: zone).map {
          try ledger.bookedStarts(of: link.id, in: $0, excluding: booking?.id)
        }
        let availability = Availability(
          settings: settings, zone: zone, now: time.now(), busy: try reading.intervals(),
          claims: claims, booked: booked ?? [])
        try body(availability, ReadingAge(asOf: reading.asOf, standsIn: reading.standsIn))
      }
    }
  }

  /// Some free times near one that is not to be had any more; none where the link takes no bookings or a
  /// calendar cannot be read.
  package func alternatives(
    to slot: Interval, of link: Link, completion: @escaping @Sendable ([Interval]) -> Void
  ) {
    guard link.state == .active else { return completion([]) }
    let range = slot.widened(before: Intake.nearby, after: Intake.nearby)
    let none: Completion<Void> = { _ in completion([]) }
    availability(of: link, in: range, moving: nil, answering: none) { found, _ in
      completion(found.alternatives(to: slot, limit: Intake.alternatives, within: range))
    }
  }

  /// Answers with a refusal; a taken slot comes with what is to be had instead.
  func refuse<Value>(
    _ refusal: Refusal, _ slot: Interval, _ link: Link, excluding booking: Booking?,
    _ completion: @escaping Completion<Value>
  ) {
    guard refusal == .slotTaken else {
      return completion(.failure(refused(refusal, slot, link, excluding: booking)))
    }
    let range = slot.widened(before: Intake.nearby, after: Intake.nearby)
    let withoutAlternatives: @Sendable (Result<Value, IntakeError>) -> Void = { _ in
      // The refusal stands, whatever became of the search for others.
      completion(.failure(.refused(refusal)))
    }
    ledger.aside {
      availability(of: link, in: range, moving: booking, answering: withoutAlternatives) {
        found, _ in
        let others = found.alternatives(to: slot, limit: Intake.alternatives, within: range)
        completion(.failure(.refused(refusal, alternatives: others)))
      }
    }
  }
}

extension Intake {
  /// For so long a page that shows a link's former offer may lie open in a browser.
  private static let memory = Duration.hours(24)

  /// What is told of a refusal that no other slot near by would mend.
  func refused(
    _ refusal: Refusal, _ slot: Interval, _ link: Link, excluding booking: Booking?
  ) -> IntakeError {
    wasOffered(slot, refusal, link, excluding: booking)
      ? .noLongerOffered(refusal) : .refused(refusal)
  }

  /// Whether the link would have offered the slot by settings that were replaced since: then it is the
  /// host's change that stands in the way, and not a mistake of the guest's.
  private func wasOffered(
    _ slot: Interval, _ refusal: Refusal, _ link: Link, excluding booking: Booking?
  ) -> Bool {
    switch refusal {
    case .outsideWindow, .noticeTooShort, .notOnGrid, .durationNotOffered: break
    default: return false
    }
    let now = time.now()
    // What cannot be read is not known: the refusal itself stands in any case.
    let former =
      (try? ledger.formerSettings(of: link.id, replacedAfter: now - Intake.memory)) ?? []
    return former.contains { former in
      let settings = former.agreed(with: booking)
      guard let zone = try? zones.zone(settings.timeZone) else { return false }
      let offer = Availability(settings: settings, zone: zone, now: now, busy: [], claims: [])
      return offer.refusal(of: slot) == nil
    }
  }
}

extension Link {
  /// Whose busy time counts. A booking stays on its own calendar, which counts even where the link's events
  /// go elsewhere by now.
  func conflicts(for booking: Booking?) -> [CalendarID] {
    guard let booking, !conflicts.contains(booking.calendar) else { return conflicts }
    return conflicts + [booking.calendar]
  }
}
