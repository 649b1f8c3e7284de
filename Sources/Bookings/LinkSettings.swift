import Core

/// What a host sets on a link. A value of this type has passed `problems()`: every number is within its
/// limit and the zone exists.
package struct LinkSettings: Equatable, Sendable {
  package var title: String
  package var description: String
  /// What a guest may choose from; the first is the default. Never empty.
  package var durationsMinutes: [Int]
  /// Distance between slot starts, counted from each window's start; not the duration.
  package var slotIntervalMinutes: Int
  /// Time kept clear around the event; counts for existing and for new bookings.
  package var bufferBeforeMinutes: Int
  package var bufferAfterMinutes: Int
  /// A slot starts no earlier than this after now, in elapsed time.
  package var minimumNoticeMinutes: Int
  package var visibility: Visibility
  /// IANA name. Windows, and later caps, are days and hours of this zone.
  package var timeZone: String
  package var weekly: [WeeklyWindow]
  package var location: Location
  /// How long before a meeting its guests are reminded; usually not at all.
  package var remindersMinutes: [Int]

  package init(
    title: String, description: String = "", durationsMinutes: [Int] = [30],
    slotIntervalMinutes: Int = 30, bufferBeforeMinutes: Int = 0, bufferAfterMinutes: Int = 0,
    minimumNoticeMinutes: Int = 0, visibility: Visibility = .rollingDays(30), timeZone: String,
    weekly: [WeeklyWindow], location: Location = .unspecified, remindersMinutes: [Int] = []
  ) {
    self.title = title
    self.description = description
    self.durationsMinutes = durationsMinutes
    self.slotIntervalMinutes = slotIntervalMinutes
    self.bufferBeforeMinutes = bufferBeforeMinutes
    self.bufferAfterMinutes = bufferAfterMinutes
    self.minimumNoticeMinutes = minimumNoticeMinutes
    self.visibility = visibility
    self.timeZone = timeZone
    self.weekly = weekly
    self.location = location
    self.remindersMinutes = remindersMinutes
  }

  package var bufferBefore: Duration { .minutes(bufferBeforeMinutes) }
  package var bufferAfter: Duration { .minutes(bufferAfterMinutes) }

  /// Limits, each with its reason: a duration or a buffer longer than a day makes no bookable slot; a
  /// finer grid than five minutes makes pages nobody reads; a year of notice or visibility is further
  /// than calendars are kept.
  package enum Limit {
    package static let durationMinutes = 5...1440
    package static let durations = 1...10
    package static let slotIntervalMinutes = 5...1440
    package static let bufferMinutes = 0...1440
    package static let minimumNoticeMinutes = 0...(366 * 1440)
    package static let rollingDays = 1...366
    package static let weeklyWindows = 1...50
    package static let titleCharacters = 1...200
    package static let descriptionCharacters = 0...5000
    package static let locationCharacters = 0...500
    /// More than a few are a nuisance; one further ahead than four weeks is about another month.
    package static let reminders = 0...5
    package static let reminderMinutes = 5...(28 * 1440)
  }
}

/// Which of the link's days may be booked at all.
package enum Visibility: Equatable, Sendable {
  /// Today and the days after it, so many in all, in the link's zone.
  case rollingDays(Int)
  /// Both included, in the link's zone.
  case dates(from: CivilDate, to: CivilDate)
}

/// Working hours that recur every week: on each of `days`, from one minute of the day to another.
package struct WeeklyWindow: Equatable, Sendable {
  package var days: Set<Weekday>
  /// Minutes since 00:00 on the wall, 0..<1440.
  package var fromMinute: Int
  /// Minutes since 00:00, 0...1440 (1440 is the day's end, written `24:00`). Not later than `fromMinute`
  /// means: on the next day, so that 18:00 to 00:00 ends at midnight.
  package var toMinute: Int

  package init(days: Set<Weekday>, fromMinute: Int, toMinute: Int) {
    self.days = days
    self.fromMinute = fromMinute
    self.toMinute = toMinute
  }
}

package enum Location: Equatable, Sendable {
  case unspecified
  case phone(String)
  case inPerson(String)
  case custom(String)

  package var text: String {
    switch self {
    case .unspecified: ""
    case .phone(let text), .inPerson(let text), .custom(let text): text
    }
  }
}
