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
  /// IANA name. Windows, overrides and caps are days and hours of this zone.
  package var timeZone: String
  package var weekly: [WeeklyWindow]
  /// Dates whose windows are others than the weekly ones, or none; each date once.
  package var overrides: [DateOverride]
  /// How many bookings of this link may stand on one day, and in one week from Monday, of its zone. Nil is
  /// any number.
  package var maximumPerDay: Int?
  package var maximumPerWeek: Int?
  /// How many bookings one guest, known by mail address, may have ahead under this link.
  package var maximumPerGuest: Int?
  package var maximumAdditionalGuests: Int
  package var questions: [Question]
  package var location: Location
  /// How long before a meeting its guests are reminded; usually not at all.
  package var remindersMinutes: [Int]
  /// How old what a calendar has said may be when it counts for this link: longer ago it was never said, and a
  /// calendar that does not answer in time cannot be read. Nil is as the installation has it.
  package var maximumBusyAgeSeconds: Int?
  /// From then on the link takes no bookings; those made stay.
  package var expiresAt: Timestamp?

  package init(
    title: String, description: String = "", durationsMinutes: [Int] = [30],
    slotIntervalMinutes: Int = 30, bufferBeforeMinutes: Int = 0, bufferAfterMinutes: Int = 0,
    minimumNoticeMinutes: Int = 0, visibility: Visibility = .rollingDays(30), timeZone: String,
    weekly: [WeeklyWindow], overrides: [DateOverride] = [], maximumPerDay: Int? = nil,
    maximumPerWeek: Int? = nil, maximumPerGuest: Int? = nil,
    maximumAdditionalGuests: Int = Limit.usualAdditionalGuests, questions: [Question] = [],
    location: Location = .unspecified, remindersMinutes: [Int] = [],
    maximumBusyAgeSeconds: Int? = nil, expiresAt: Timestamp? = nil
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
    self.overrides = overrides
    self.maximumPerDay = maximumPerDay
    self.maximumPerWeek = maximumPerWeek
    self.maximumPerGuest = maximumPerGuest
    self.maximumAdditionalGuests = maximumAdditionalGuests
    self.questions = questions
    self.location = location
    self.expiresAt = expiresAt
    self.remindersMinutes = remindersMinutes
    self.maximumBusyAgeSeconds = maximumBusyAgeSeconds
  }

  package var bufferBefore: Duration { .minutes(bufferBeforeMinutes) }
  package var bufferAfter: Duration { .minutes(bufferAfterMinutes) }
  package var maximumBusyAge: Duration? { maximumBusyAgeSeconds.map { .seconds($0) } }

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
    package static let weeklyWindows = 0...50
    package static let titleCharacters = 1...200
    package static let descriptionCharacters = 0...5000
    package static let locationCharacters = 0...500
    /// Each date of a year.
    package static let overrides = 0...366
    package static let overrideWindows = 0...24
    /// More than fit into a week of the shortest slots is no cap.
    package static let bookings = 1...2016
    /// Eleven people are a meeting, more are an event.
    package static let additionalGuests = 0...10
    package static let usualAdditionalGuests = 10
    /// A form that asks more is not filled in.
    package static let questions = 0...20
    package static let questionCharacters = 1...300
    package static let choices = 1...50
    package static let choiceCharacters = 1...200
    package static let answerCharacters = 0...2000
    /// More than a few are a nuisance; one further ahead than four weeks is about another month.
    package static let reminders = 0...5
    package static let reminderMinutes = 5...(28 * 1440)
    /// What was said a day ago says nothing of today.
    package static let busyAgeSeconds = 0...86_400
  }
}
