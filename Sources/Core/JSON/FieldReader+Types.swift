/// The types that fields have. Each comes twice, required and optional; `strings`, `integers` and
/// `choices` read arrays.
extension FieldReader {
  // MARK: Text

  package func string(_ name: String, length: ClosedRange<Int>) -> String? {
    required(name) { text($0, length: length) }
  }

  package func optionalString(_ name: String, length: ClosedRange<Int>) -> String? {
    optional(name) { text($0, length: length) }
  }

  /// Text without line breaks and other control characters: what may stand in a mail's header, a
  /// log or an event's title.
  package func line(_ name: String, length: ClosedRange<Int>) -> String? {
    required(name) { oneLine($0, length: length) }
  }

  package func optionalLine(_ name: String, length: ClosedRange<Int>) -> String? {
    optional(name) { oneLine($0, length: length) }
  }

  package func strings(
    _ name: String, count: ClosedRange<Int>, length: ClosedRange<Int>
  ) -> [String]? {
    guard value(name) != nil else { return missing(name) }
    return optionalStrings(name, count: count, length: length)
  }

  package func optionalStrings(
    _ name: String, count: ClosedRange<Int>, length: ClosedRange<Int>
  ) -> [String]? {
    elements(name, count: count) { take(text($0, length: length), at: $1()) }
  }

  // MARK: Choices

  package func choice<Choice: RawRepresentable & CaseIterable>(
    _ name: String, _ type: Choice.Type
  ) -> Choice? where Choice.RawValue == String {
    required(name) { chosen($0, type) }
  }

  package func optionalChoice<Choice: RawRepresentable & CaseIterable>(
    _ name: String, _ type: Choice.Type
  ) -> Choice? where Choice.RawValue == String {
    optional(name) { chosen($0, type) }
  }

  /// For choices that are known only when the program runs.
  package func choice(_ name: String, among choices: [String]) -> String? {
    required(name) { chosen($0, among: choices) }
  }

  package func choices<Choice: RawRepresentable & CaseIterable>(
    _ name: String, _ type: Choice.Type, count: ClosedRange<Int>
  ) -> [Choice]? where Choice.RawValue == String {
    guard value(name) != nil else { return missing(name) }
    return optionalChoices(name, type, count: count)
  }

  package func optionalChoices<Choice: RawRepresentable & CaseIterable>(
    _ name: String, _ type: Choice.Type, count: ClosedRange<Int>
  ) -> [Choice]? where Choice.RawValue == String {
    elements(name, count: count) { take(chosen($0, type), at: $1()) }
  }

  // MARK: Numbers and booleans

  package func integer(_ name: String, in range: ClosedRange<Int>) -> Int? {
    required(name) { whole($0, in: range) }
  }

  package func optionalInteger(_ name: String, in range: ClosedRange<Int>) -> Int? {
    optional(name) { whole($0, in: range) }
  }

  package func integers(
    _ name: String, count: ClosedRange<Int>, in range: ClosedRange<Int>
  ) -> [Int]? {
    guard value(name) != nil else { return missing(name) }
    return optionalIntegers(name, count: count, in: range)
  }

  package func optionalIntegers(
    _ name: String, count: ClosedRange<Int>, in range: ClosedRange<Int>
  ) -> [Int]? {
    elements(name, count: count) { take(whole($0, in: range), at: $1()) }
  }

  package func number(_ name: String, in range: ClosedRange<Double>) -> Double? {
    required(name) { real($0, in: range) }
  }

  package func optionalNumber(_ name: String, in range: ClosedRange<Double>) -> Double? {
    optional(name) { real($0, in: range) }
  }

  package func boolean(_ name: String) -> Bool? { required(name, truth) }
  package func optionalBoolean(_ name: String) -> Bool? { optional(name, truth) }

  // MARK: Time

  /// An RFC 3339 date-time with its offset.
  package func instant(_ name: String) -> Timestamp? { required(name, moment) }
  package func optionalInstant(_ name: String) -> Timestamp? { optional(name, moment) }

  /// `2026-03-10`.
  package func date(_ name: String) -> CivilDate? { required(name, day) }
  package func optionalDate(_ name: String) -> CivilDate? { optional(name, day) }
}

// MARK: - The rules

private func text(_ json: JSON, length: ClosedRange<Int>) -> FieldReading<String> {
  guard case .string(let text) = json else { return .fault(mustBe("a string", json)) }
  let count = text.unicodeScalars.count
  if length.contains(count) { return .value(text) }
  return .fault(
    count == 0
      ? "must not be empty" : "must have \(inWords(length)) characters, has \(count)")
}

private func oneLine(_ json: JSON, length: ClosedRange<Int>) -> FieldReading<String> {
  let reading = text(json, length: length)
  guard case .value(let line) = reading else { return reading }
  let breaks = line.unicodeScalars.contains { scalar in
    // Unicode's tables are slow, and most names are ASCII.
    if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F }
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: return true
    default: return false
    }
  }
  return breaks ? .fault("must not contain line breaks or control characters") : reading
}

private func chosen<Choice: RawRepresentable & CaseIterable>(
  _ json: JSON, _ type: Choice.Type
) -> FieldReading<Choice> where Choice.RawValue == String {
  switch chosen(json, among: Choice.allCases.map(\.rawValue)) {
  case .fault(let detail): return .fault(detail)
  case .value(let text):
    guard let choice = Choice(rawValue: text) else { trap("a case has its raw value") }
    return .value(choice)
  }
}

private func chosen(_ json: JSON, among choices: [String]) -> FieldReading<String> {
  let list = choices.map { "\"\($0)\"" }.joined(separator: ", ")
  guard case .string(let text) = json else { return .fault(mustBe("one of \(list)", json)) }
  if choices.contains(text) { return .value(text) }
  let hint = suggestion(for: text, among: choices).map { "; did you mean \"\($0)\"?" } ?? ""
  return .fault("must be one of \(list)\(hint)")
}

private func whole(_ json: JSON, in range: ClosedRange<Int>) -> FieldReading<Int> {
  switch json {
  case .integer(let number):
    guard range.contains(Int(number)) else {
      return .fault("must be \(inWords(range)), is \(number)")
    }
    return .value(Int(number))
  case .number: return .fault("must be a whole number, written without fraction or exponent")
  default: return .fault(mustBe("a whole number", json))
  }
}

private func real(_ json: JSON, in range: ClosedRange<Double>) -> FieldReading<Double> {
  let number: Double
  switch json {
  case .integer(let integer): number = Double(integer)
  case .number(let real): number = real
  default: return .fault(mustBe("a number", json))
  }
  guard range.contains(number) else {
    return .fault("must be from \(range.lowerBound) to \(range.upperBound), is \(number)")
  }
  return .value(number)
}

private func truth(_ json: JSON) -> FieldReading<Bool> {
  guard case .bool(let value) = json else { return .fault(mustBe("true or false", json)) }
  return .value(value)
}

private func moment(_ json: JSON) -> FieldReading<Timestamp> {
  let wanted = "an instant such as \"2026-03-10T17:00:00Z\" (RFC 3339)"
  guard case .string(let text) = json else { return .fault(mustBe(wanted, json)) }
  guard let instant = Timestamp(rfc3339: text) else { return .fault("must be \(wanted)") }
  return .value(instant)
}

private func day(_ json: JSON) -> FieldReading<CivilDate> {
  let wanted = "a date such as \"2026-03-10\""
  guard case .string(let text) = json else { return .fault(mustBe(wanted, json)) }
  guard let date = CivilDate(text) else { return .fault("must be \(wanted)") }
  return .value(date)
}

private func mustBe(_ wanted: String, _ json: JSON) -> String {
  "must be \(wanted), is \(json.kindInWords)"
}

/// "3", "1 to 5", "at least 1", "at most 5".
func inWords(_ range: ClosedRange<Int>) -> String {
  switch (range.lowerBound, range.upperBound) {
  case (let lower, let upper) where lower == upper: "\(lower)"
  case (let lower, .max): "at least \(lower)"
  case (.min, let upper): "at most \(upper)"
  case (let lower, let upper): "\(lower) to \(upper)"
  }
}
