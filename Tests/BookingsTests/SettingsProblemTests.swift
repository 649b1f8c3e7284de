import Bookings
import Core
import Testing

struct SettingsProblemTests {
  @Test func plainSettingsAreFine() {
    #expect(LinkSettings.plain().problems(zones: zones) == [])
  }

  typealias Spoil = @Sendable (inout LinkSettings) -> Void

  private static let spoils: [(pointer: String, spoil: Spoil)] = [
    ("#/title", { s in s.title = " \n" }),
    ("#/title", { s in s.title = String(repeating: "x", count: 201) }),
    ("#/description", { s in s.description = String(repeating: "x", count: 5001) }),
    ("#/durationsMinutes", { s in s.durationsMinutes = [] }),
    ("#/durationsMinutes", { s in s.durationsMinutes = Array(5...15) }),
    ("#/durationsMinutes/1", { s in s.durationsMinutes = [30, 4] }),
    ("#/durationsMinutes/0", { s in s.durationsMinutes = [1441] }),
    ("#/durationsMinutes/2", { s in s.durationsMinutes = [30, 60, 30] }),
    ("#/slotIntervalMinutes", { s in s.slotIntervalMinutes = 0 }),
    ("#/bufferBeforeMinutes", { s in s.bufferBeforeMinutes = -1 }),
    ("#/bufferAfterMinutes", { s in s.bufferAfterMinutes = 1441 }),
    ("#/minimumNoticeMinutes", { s in s.minimumNoticeMinutes = -1 }),
    ("#/visibility/rollingDays", { s in s.visibility = .rollingDays(0) }),
    ("#/visibility/rollingDays", { s in s.visibility = .rollingDays(367) }),
    (
      "#/visibility/toDate",
      { s in
        let day = CivilDate(daysSinceEpoch: 20_000)
        s.visibility = .dates(from: day, to: day.adding(days: -1))
      }
    ),
    ("#/timeZone", { s in s.timeZone = "Europe/Atlantis" }),
    ("#/timeZone", { s in s.timeZone = "../../etc/passwd" }),
    ("#/timeZone", { s in s.timeZone = "" }),
    ("#/weekly", { s in s.weekly = [] }),
    ("#/weekly", { s in s.weekly = Array(repeating: window(9, 10), count: 51) }),
    ("#/weekly/1/days", { s in s.weekly = [window(9, 10), window(9, 10, on: [])] }),
    ("#/weekly/0/from", { s in s.weekly = [window(24, 10)] }),
    ("#/weekly/0/to", { s in s.weekly = [window(9, 24.5)] }),
    ("#/location", { s in s.location = .phone(String(repeating: "1", count: 501)) }),
    ("#/location/text", { s in s.location = .custom("") }),
    ("#/maximumPerDay", { s in s.maximumPerDay = 0 }),
    ("#/maximumPerWeek", { s in s.maximumPerWeek = 2017 }),
    ("#/maximumBusyAgeSeconds", { s in s.maximumBusyAgeSeconds = -1 }),
    ("#/maximumBusyAgeSeconds", { s in s.maximumBusyAgeSeconds = 86_401 }),
    ("#/maximumPerGuest", { s in s.maximumPerGuest = -1 }),
    ("#/maximumAdditionalGuests", { s in s.maximumAdditionalGuests = 11 }),
    (
      "#/overrides/1/date",
      { s in
        let closed = DateOverride(date: CivilDate(daysSinceEpoch: 20_000), windows: [])
        s.overrides = [closed, closed]
      }
    ),
    (
      "#/overrides/0/windows/0/to",
      { s in
        s.overrides = [
          DateOverride(
            date: CivilDate(daysSinceEpoch: 20_000),
            windows: [DayWindow(fromMinute: 0, toMinute: 1441)])
        ]
      }
    ),
    (
      "#/questions/1/id",
      { s in s.questions = [Question(id: "a", label: "A"), Question(id: "a", label: "B")] }
    ),
    ("#/questions/0/label", { s in s.questions = [Question(id: "a", label: " ")] }),
    (
      "#/questions/0/choices",
      { s in s.questions = [Question(id: "a", label: "A", kind: .choice([]))] }
    ),
    (
      "#/questions/0/choices/1",
      { s in s.questions = [Question(id: "a", label: "A", kind: .choice(["x", "x"]))] }
    ),
    (
      "#/questions/0/choices/0",
      { s in s.questions = [Question(id: "a", label: "A", kind: .choice(["x\n"]))] }
    ),
  ]

  @Test(arguments: spoils)
  func eachFieldIsNamed(pointer: String, spoil: Spoil) {
    var settings = LinkSettings.plain()
    spoil(&settings)
    #expect(settings.problems(zones: zones).map(\.pointer) == [pointer])
  }

  @Test func allProblemsAtOnceInOrder() {
    var settings = LinkSettings.plain(zone: "Nowhere", durations: [30, 30, 2], step: 3)
    settings.weekly = [WeeklyWindow(days: [], fromMinute: -1, toMinute: 2000)]
    #expect(
      settings.problems(zones: zones).map(\.pointer) == [
        "#/durationsMinutes/1", "#/durationsMinutes/2", "#/slotIntervalMinutes", "#/timeZone",
        "#/weekly/0/days", "#/weekly/0/from", "#/weekly/0/to",
      ])
  }

  @Test func limitsAreIncluded() {
    var settings = LinkSettings.plain(
      visibility: .rollingDays(366), durations: [5, 1440], step: 1440, notice: 366 * 1440,
      bufferBefore: 1440, bufferAfter: 1440)
    settings.title = String(repeating: "é", count: 200)
    settings.weekly = Array(repeating: window(18, 0), count: 50)
    #expect(settings.problems(zones: zones) == [])
  }
}
