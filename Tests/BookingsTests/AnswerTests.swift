import Bookings
import Core
import Testing

struct AnswerTests {
  private let settings: LinkSettings = {
    var settings = LinkSettings.plain()
    settings.questions = [
      Question(id: "company", label: "Your company", isRequired: true),
      Question(id: "how", label: "How?", kind: .choice(["By phone", "In person"])),
    ]
    return settings
  }()

  private func problems(_ given: [String: String]) -> [String] {
    do throws(FieldProblems) {
      _ = try settings.answers(given)
      return []
    } catch {
      return error.problems.map(\.pointer.text)
    }
  }

  @Test func answersKeepTheirQuestions() throws {
    let answers = try settings.answers(["how": "In person", "company": "Acme"])
    #expect(
      answers == [
        Answer(question: "company", label: "Your company", text: "Acme"),
        Answer(question: "how", label: "How?", text: "In person"),
      ])
    #expect(try settings.answers(["company": "Acme", "how": " "]).count == 1)
  }

  @Test func whatIsWrongIsNamed() {
    #expect(problems([:]) == ["#/answers/company"])
    #expect(problems(["company": " \n"]) == ["#/answers/company"])
    #expect(problems(["company": "A", "how": "By mail"]) == ["#/answers/how"])
    #expect(problems(["company": "A", "colour": "red"]) == ["#/answers/colour"])
    #expect(problems(["company": String(repeating: "x", count: 2001)]) == ["#/answers/company"])
    #expect(problems(["how": "x", "why": "y"]).count == 3)
  }

  private func read(_ text: String) throws -> LinkSettings {
    try FieldReader.read(try JSON.parse(Array(text.utf8))) {
      LinkSettings(reading: $0, defaultTimeZone: "UTC")
    }
  }

  @Test func settingsComeBackAsTheyWereWritten() throws {
    var all = settings
    all.title = "Call"
    all.overrides = [
      DateOverride(date: CivilDate(daysSinceEpoch: 20_000), windows: []),
      DateOverride(
        date: CivilDate(daysSinceEpoch: 20_001),
        windows: [DayWindow(fromMinute: 540, toMinute: 1440)]),
    ]
    all.maximumPerDay = 3
    all.maximumPerWeek = 10
    all.maximumPerGuest = 1
    all.maximumBusyAgeSeconds = 0
    all.maximumAdditionalGuests = 2
    all.expiresAt = at("2026-04-01T00:00:00Z")
    for location in [
      Location(.googleMeet), Location(.teams, "Room"), .phone("1"), .inPerson("Here"),
      .custom("x"), .unspecified,
    ] {
      all.location = location
      #expect(try read(String(decoding: JSON.object(all.json).serialized(), as: UTF8.self)) == all)
      #expect(all.problems(zones: zones) == [])
    }
    // A link stored before there were any of them.
    let old = try read(#"{"title":"Call"}"#)
    #expect(old.questions == [] && old.maximumPerDay == nil && old.overrides == [])
  }

  @Test func questionsWithoutAnIDGetOne() throws {
    let read = try read(
      #"""
      {"title":"Call","questions":[{"label":"A"},{"id":"q1","label":"B"},
       {"label":"C","choices":["x"]}]}
      """#)
    #expect(read.questions.map(\.id) == ["q2", "q1", "q3"])
    #expect(read.questions[2].kind == .choice(["x"]))
  }
}
