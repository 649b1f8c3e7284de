import Core
import TestSupport
import Testing

@Suite struct FieldReaderTests {
  private struct Request: Equatable {
    var start: Timestamp
    var guestName: String
    var email: String?
    var days: [Weekday]
    var windows: [Int]
    var size: Int?
  }

  private enum Size: String, CaseIterable { case small, large }

  private func read(_ json: JSON) throws(FieldProblems) -> Request {
    try FieldReader.read(json) { fields in
      let start = fields.instant("start")
      let guest = fields.object("guest") { guest -> (String, String?)? in
        let name = guest.line("name", length: 1...5)
        let email = guest.optionalString("email", length: 3...20)
        return name.map { ($0, email) }
      }
      let days = fields.choices("days", Weekday.self, count: 1...7)
      let windows = fields.optionalArray("windows", count: 0...3) { $0.integer("from", in: 0...23) }
      let size = fields.optionalInteger("size", in: 1...5)
      guard let start, let guest, let days else { return nil }
      return Request(
        start: start, guestName: guest.0, email: guest.1, days: days, windows: windows ?? [],
        size: size)
    }
  }

  private func problems(_ json: JSON) -> [String] {
    do throws(FieldProblems) {
      _ = try read(json)
      return []
    } catch {
      return error.problems.map(\.description)
    }
  }

  @Test func readsAGoodBody() throws {
    #expect(
      try read([
        "start": "2026-03-10T17:00:00Z", "guest": ["name": "Ada", "email": nil], "days": ["mon"],
        "windows": [["from": 9]],
      ])
        == Request(
          start: Timestamp(seconds: 1_773_162_000), guestName: "Ada", days: [.mon], windows: [9]))
  }

  @Test func reportsEveryProblemAtOnceWithItsPlace() {
    #expect(
      problems([
        "start": "2026-03-10", "guest": ["nmae": "x", "email": 5], "days": ["mon", "tus", 3],
        "windows": [["from": 24], 7, ["to": 1]], "size": 0, "extra": 1,
      ]) == [
        #"#/start must be an instant such as "2026-03-10T17:00:00Z" (RFC 3339)"#,
        "#/guest/name is required", "#/guest/email must be a string, is a number",
        ##"#/guest/nmae is no field here; did you mean "name"?"##,
        ##"#/days/1 must be one of "mon", "tue", "wed", "thu", "fri", "sat", "sun"; did you mean "tue"?"##,
        ##"#/days/2 must be one of "mon", "tue", "wed", "thu", "fri", "sat", "sun", is a number"##,
        "#/windows/0/from must be 0 to 23, is 24", "#/windows/1 must be an object, is a number",
        "#/windows/2/from is required", "#/windows/2/to is no field here",
        "#/size must be 1 to 5, is 0", "#/extra is no field here",
      ])
  }

  @Test(
    arguments: [
      ([1], ["# must be an object, is an array"]),
      ([:], ["#/start is required", "#/guest is required", "#/days is required"]),
    ] as [(JSON, [String])])
  func reportsABodyThatIsNone(json: JSON, problems: [String]) {
    #expect(self.problems(json) == problems)
  }

  @Test(arguments: [
    ("", "#/guest/name must not be empty"),
    ("Adaaaa", "#/guest/name must have 1 to 5 characters, has 6"),
    ("A\r\nB", "#/guest/name must not contain line breaks or control characters"),
    ("A\u{2028}B", "#/guest/name must not contain line breaks or control characters"),
    ("A\u{85}B", "#/guest/name must not contain line breaks or control characters"),
  ])
  func aLineIsOneLine(name: String, problem: String) {
    let json: JSON = [
      "start": "2026-03-10T17:00:00Z", "guest": ["name": .string(name)], "days": ["mon"],
    ]
    #expect(problems(json) == [problem])
  }

  @Test func readsTheOtherTypes() throws {
    let json: JSON = [
      "number": 1, "yes": true, "date": "2024-02-29", "names": ["a", "b"], "counts": [1, 2],
      "size": "large", "map": ["x": 1, "y": 2], "absent": nil,
    ]
    try FieldReader.read(json) { fields -> Void? in
      #expect(fields.number("number", in: 0...1) == 1)
      #expect(fields.boolean("yes") == true)
      #expect(fields.date("date") == CivilDate(year: 2024, month: 2, day: 29))
      #expect(fields.strings("names", count: 2...2, length: 1...1) == ["a", "b"])
      #expect(fields.integers("counts", count: 0...9, in: 1...2) == [1, 2])
      #expect(fields.choice("size", Size.self) == .large)
      #expect(fields.value("map")?.object?.keys == ["x", "y"])
      #expect(fields.has("absent") && !fields.has("nowhere"))
      #expect(fields.optionalDate("absent") == nil && fields.optionalInstant("nowhere") == nil)
      return ()
    }
  }

  @Test func refusesTheOtherTypes() {
    let json: JSON = [
      "number": 2, "yes": "true", "date": "2023-02-29", "names": ["a"], "counts": 1, "size": "lage",
      "whole": 1.0,
    ]
    let error = #expect(throws: FieldProblems.self) {
      try FieldReader.read(json) { fields in
        _ = fields.number("number", in: 0...1)
        _ = fields.boolean("yes")
        _ = fields.date("date")
        _ = fields.strings("names", count: 2...9, length: 1...1)
        _ = fields.integers("counts", count: 0...9, in: 1...2)
        _ = fields.choice("size", Size.self)
        _ = fields.integer("whole", in: 1...Int.max)
        fields.report("date", "is too early")
        fields.report("is odd")
      }
    }
    #expect(
      error?.problems.map(\.description) == [
        "#/number must be from 0.0 to 1.0, is 2.0", "#/yes must be true or false, is a string",
        ##"#/date must be a date such as "2026-03-10""##,
        "#/names must have 2 to 9 elements, has 1", "#/counts must be an array, is a number",
        ##"#/size must be one of "small", "large"; did you mean "large"?"##,
        "#/whole must be a whole number, written without fraction or exponent",
        "#/date is too early", "# is odd",
      ])
  }

  @Test func aFloodOfUnknownFieldsIsCutShort() {
    let json = JSON.object(JSONObject((0..<10_000).map { ("field\($0)", .null) }))
    let error = #expect(throws: FieldProblems.self) { try FieldReader.read(json) { _ in () } }
    #expect(error?.problems.count == 50)
  }

  @Test(arguments: 1...UInt64(200)) func noDocumentMakesTheReaderTrap(seed: UInt64) {
    let randomness = Randomness(seed: seed)
    for _ in 0..<20 {
      // Known names with arbitrary values reach further than arbitrary names.
      let names = ["start", "guest", "days", "windows", "size", "name", "from"]
      var object = JSONObject()
      for _ in 0..<5 {
        object[names[randomness.below(names.count)]] = .arbitrary(randomness, depth: 2)
      }
      _ = problems(.object(object))
    }
  }
}
