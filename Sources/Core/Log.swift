import Foundation
import Synchronization

/// One line of the log: a name from the closed list of its module and the fields that belong to it.
/// Each module lists its records in `Records.swift`; nobody composes a sentence where it is logged.
package struct LogRecord: Sendable {
  package enum Level: String, Sendable, Comparable, CaseIterable {
    case debug, info, warning, error

    package static func < (a: Level, b: Level) -> Bool {
      allCases.firstIndex(of: a) ?? 0 < allCases.firstIndex(of: b) ?? 0
    }
  }

  package let level: Level
  package let name: String
  package let fields: [(name: String, value: String)]

  package init(
    _ level: Level, _ name: String, _ fields: KeyValuePairs<String, any CustomStringConvertible>
  ) {
    self.level = level
    self.name = name
    self.fields = fields.map { ($0.key, $0.value.description) }
  }
}

/// Writes records as `logfmt` lines, one write a line, so that lines of several threads never mix.
package final class Log: Sendable {
  package typealias Sink = @Sendable (String) -> Void

  private let time: any TimeSource
  private let minimum: LogRecord.Level
  private let sink: Sink

  package init(
    time: any TimeSource, minimum: LogRecord.Level = .info, sink: @escaping Sink = Log.standardError
  ) {
    self.time = time
    self.minimum = minimum
    self.sink = sink
  }

  /// For tests that do not look at the log.
  package static let discarded = Log(time: SystemTime(), minimum: .error, sink: { _ in })

  /// For records whose fields cost something on a busy path.
  package func isEnabled(_ level: LogRecord.Level) -> Bool { level >= minimum }

  package func callAsFunction(_ record: LogRecord) {
    guard record.level >= minimum else { return }
    var line = "\(time.now().rfc3339) \(record.level.rawValue) \(record.name)"
    for field in record.fields { line += " \(field.name)=\(Log.quoted(field.value))" }
    sink(line)
  }

  package static let standardError: Sink = { line in
    let bytes = Array((line + "\n").utf8)
    // A log that cannot be written must not stop the work that it tells of.
    _ = bytes.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
  }

  /// Values with spaces, quotes or control characters are quoted, so that no value can forge a field or
  /// a line.
  private static func quoted(_ value: String) -> String {
    let plain = value.unicodeScalars.allSatisfy {
      $0.value > 0x20 && $0 != "\"" && $0 != "=" && $0.value != 0x7F
    }
    if plain && !value.isEmpty { return value }
    var text = "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      default:
        if scalar.value < 0x20 || scalar.value == 0x7F {
          text += "\\u{\(String(scalar.value, radix: 16))}"
        } else {
          text.unicodeScalars.append(scalar)
        }
      }
    }
    return text + "\""
  }
}
