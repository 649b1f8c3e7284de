import Core
import HTTPServer

/// Reads the values of a request's query and collects every problem on the way, as `FieldReader` does for
/// bodies: a value that is at fault reads as absent, and `QueryReader.read` refuses the whole. Names that
/// nobody asks for are refused too: a filter that is misspelt and ignored answers with everything.
final class QueryReader {
  private let items: [Request.QueryItem]
  private var asked: [String] = []
  private var problems: [FieldProblem] = []

  private init(_ items: [Request.QueryItem]) { self.items = items }

  /// Throws `Problem.invalid` with all that is wrong, or what `body` throws.
  static func read<Value>(_ request: Request, _ body: (QueryReader) throws -> Value) throws -> Value
  {
    let reader = QueryReader(request.query)
    let value = try body(reader)
    reader.reportUnknownNames()
    if !reader.problems.isEmpty { throw Problem.invalid(reader.problems) }
    return value
  }

  func report(_ name: String, _ detail: String) {
    problems.append(FieldProblem(pointer: .query(name), detail: detail))
  }

  func text(_ name: String, length: ClosedRange<Int>) -> String? {
    guard let text = single(name) else { return nil }
    if length.contains(text.unicodeScalars.count) { return text }
    report(name, "must have \(length.lowerBound) to \(length.upperBound) characters")
    return nil
  }

  func integer(_ name: String, in range: ClosedRange<Int>) -> Int? {
    guard let text = single(name) else { return nil }
    if let number = Int(text), range.contains(number) { return number }
    report(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
    return nil
  }

  func instant(_ name: String) -> Timestamp? {
    guard let text = single(name) else { return nil }
    if let instant = Timestamp(rfc3339: text) { return instant }
    report(name, "must be an instant such as 2026-03-10T17:00:00Z (RFC 3339)")
    return nil
  }

  func choice<Choice: RawRepresentable & CaseIterable>(
    _ name: String, among choices: [Choice]
  ) -> Choice? where Choice.RawValue == String {
    guard let text = single(name) else { return nil }
    return chosen(text, name, among: choices.map(\.rawValue)).flatMap(Choice.init(rawValue:))
  }

  /// Several values: the name repeated, or commas between them; empty when it is absent.
  func choices(_ name: String, among choices: [String]) -> [String] {
    values(name).flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }
      .compactMap { chosen(String($0), name, among: choices) }
  }

  private func chosen(_ text: String, _ name: String, among choices: [String]) -> String? {
    if choices.contains(text) { return text }
    let hint = suggestion(for: text, among: choices).map { "; did you mean \($0)?" } ?? ""
    report(name, "must be one of \(choices.joined(separator: ", "))\(hint)")
    return nil
  }

  private func single(_ name: String) -> String? {
    let values = values(name)
    if values.count > 1 { report(name, "must not be given twice") }
    return values.first
  }

  private func values(_ name: String) -> [String] {
    asked.append(name)
    return items.filter { $0.name == name }.map(\.value)
  }

  private func reportUnknownNames() {
    for item in items where !asked.contains(item.name) {
      let hint = suggestion(for: item.name, among: asked).map { "; did you mean \($0)?" } ?? ""
      report(item.name, "is no parameter here\(hint)")
    }
  }
}
