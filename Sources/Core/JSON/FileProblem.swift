/// One thing wrong with a file that a person wrote:
/// `jobs/booking.json5:12: backoff.factor is required`.
package struct FileProblem: Error, Equatable, Sendable, CustomStringConvertible {
  package let file: String
  /// Nil when the file as a whole is at fault.
  package let line: Int?
  package let key: String?
  package let detail: String

  package init(file: String, line: Int? = nil, key: String? = nil, detail: String) {
    self.file = file
    self.line = line
    self.key = key
    self.detail = detail
  }

  package init(file: String, _ error: JSONError) {
    self.init(file: file, line: error.line, detail: error.detail)
  }

  package init(file: String, _ problem: FieldProblem, in document: JSONDocument) {
    self.init(
      file: file, line: document.line(of: problem.pointer), key: problem.pointer.dotted,
      detail: problem.detail)
  }

  package var description: String {
    let place = line.map { "\(file):\($0)" } ?? file
    return "\(place): " + (key.map { "\($0) " } ?? "") + detail
  }
}
