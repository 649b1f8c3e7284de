/// Reads the fields of an object and collects every problem on the way, so that a caller mends a
/// request once. A method returns nil when its field is at fault or, for an optional one, absent;
/// the reader knows which, and `FieldReader.read` refuses the whole.
///
///     let request = try FieldReader.read(body) { fields in
///       let start = fields.instant("start")
///       let guest = fields.object("guest") { Guest(reading: $0) }
///       let notes = fields.optionalString("notes", length: 0...2000)
///       guard let start, let guest else { return nil }
///       return BookingRequest(start: start, guest: guest, notes: notes)
///     }
///
/// Read all fields before the `guard`: a field that nobody asks for is reported as unknown.
/// Null counts as absent. Lengths are in Unicode scalars.
package final class FieldReader {
  /// Where this object stands in its document.
  package let pointer: JSONPointer
  private let object: JSONObject
  private let collector: Collector
  private var asked: [String] = []

  /// More would help nobody, and a stranger's body must not make an answer larger than itself.
  private static let maximumProblems = 50

  private final class Collector {
    var problems: [FieldProblem] = []
  }

  private init(_ object: JSONObject, at pointer: JSONPointer, collector: Collector) {
    self.object = object
    self.pointer = pointer
    self.collector = collector
  }

  /// Reads one document. `body` may return nil only after a problem was reported.
  package static func read<Value>(
    _ document: JSON, _ body: (FieldReader) -> Value?
  ) throws(FieldProblems) -> Value {
    let collector = Collector()
    let value = read(document, at: .root, collector: collector, body)
    if collector.problems.isEmpty, let value { return value }
    invariant(!collector.problems.isEmpty, "a reader that returns nothing has reported a problem")
    throw FieldProblems(problems: collector.problems)
  }

  private static func read<Value>(
    _ json: JSON, at pointer: JSONPointer, collector: Collector, _ body: (FieldReader) -> Value?
  ) -> Value? {
    guard case .object(let object) = json else {
      let detail = "must be an object, is \(json.kindInWords)"
      collector.problems.append(FieldProblem(pointer: pointer, detail: detail))
      return nil
    }
    let reader = FieldReader(object, at: pointer, collector: collector)
    let value = body(reader)
    reader.reportUnknownFields()
    return value
  }

  // MARK: What a body may ask and say

  /// Present, even if null: what a PATCH wants to know.
  package func has(_ name: String) -> Bool { object[name] != nil }

  /// The members' names as written, for objects whose keys are data.
  package var names: [String] { object.keys }

  /// A problem that the caller found, such as an end before its start.
  package func report(_ name: String, _ detail: String) {
    report(pointer.appending(key: name), detail)
  }

  /// A problem of the object as a whole.
  package func report(_ detail: String) { report(pointer, detail) }

  /// The field as it stands; nil when absent or null.
  package func value(_ name: String) -> JSON? {
    asked.append(name)
    guard let value = object[name] else { return nil }
    if case .null = value { return nil }
    return value
  }

  package func object<Value>(_ name: String, _ body: (FieldReader) -> Value?) -> Value? {
    guard value(name) != nil else { return missing(name) }
    return optionalObject(name, body)
  }

  package func optionalObject<Value>(_ name: String, _ body: (FieldReader) -> Value?) -> Value? {
    guard let json = value(name) else { return nil }
    return FieldReader.read(
      json, at: pointer.appending(key: name), collector: collector, body)
  }

  /// An array of objects; elements that are at fault are left out of what is returned.
  package func array<Value>(
    _ name: String, count: ClosedRange<Int>, _ body: (FieldReader) -> Value?
  ) -> [Value]? {
    guard value(name) != nil else { return missing(name) }
    return optionalArray(name, count: count, body)
  }

  package func optionalArray<Value>(
    _ name: String, count: ClosedRange<Int>, _ body: (FieldReader) -> Value?
  ) -> [Value]? {
    elements(name, count: count) { json, pointer in
      FieldReader.read(json, at: pointer(), collector: collector, body)
    }
  }

  /// Whether a problem of that field, or of something in it, has been reported: what was read of it is not
  /// all that was sent, and rules about the whole would find faults that are none.
  package func isAtFault(_ name: String) -> Bool {
    let place = pointer.appending(key: name).text
    return collector.problems.contains {
      $0.pointer.text == place || $0.pointer.text.hasPrefix(place + "/")
    }
  }

  // MARK: What the readers of single types need

  /// A field by its own rule: `convert` answers the value, or what the field must be.
  func required<Value>(
    _ name: String, _ convert: (JSON) -> FieldReading<Value>
  ) -> Value? {
    guard let json = value(name) else { return missing(name) }
    return take(convert(json), at: pointer.appending(key: name))
  }

  func optional<Value>(
    _ name: String, _ convert: (JSON) -> FieldReading<Value>
  ) -> Value? {
    guard let json = value(name) else { return nil }
    return take(convert(json), at: pointer.appending(key: name))
  }

  /// Nil when absent or no array of that length. Places are computed only for problems.
  func elements<Value>(
    _ name: String, count: ClosedRange<Int>, _ convert: (JSON, () -> JSONPointer) -> Value?
  ) -> [Value]? {
    guard let json = value(name) else { return nil }
    let place = pointer.appending(key: name)
    guard case .array(let elements) = json else {
      report(place, "must be an array, is \(json.kindInWords)")
      return nil
    }
    guard count.contains(elements.count) else {
      report(place, "must have \(inWords(count)) elements, has \(elements.count)")
      return nil
    }
    return elements.enumerated().compactMap { index, element in
      convert(element) { place.appending(index: index) }
    }
  }

  func take<Value>(
    _ reading: FieldReading<Value>, at pointer: @autoclosure () -> JSONPointer
  ) -> Value? {
    switch reading {
    case .value(let value): return value
    case .fault(let detail):
      report(pointer(), detail)
      return nil
    }
  }

  func missing<Value>(_ name: String) -> Value? {
    report(name, "is required")
    return nil
  }

  /// A problem somewhere below this object, for rules that look at the whole of it.
  package func report(_ pointer: JSONPointer, _ detail: String) {
    guard collector.problems.count < FieldReader.maximumProblems else { return }
    collector.problems.append(FieldProblem(pointer: pointer, detail: detail))
  }

  private func reportUnknownFields() {
    for name in object.keys where !asked.contains(name) {
      if collector.problems.count >= FieldReader.maximumProblems { return }
      let hint = suggestion(for: name, among: asked).map { "; did you mean \"\($0)\"?" } ?? ""
      report(name, "is no field here\(hint)")
    }
  }
}

/// What became of one field: its value, or what is wrong with it.
enum FieldReading<Value> {
  case value(Value)
  case fault(String)
}
