import Bookings
import Core

/// `calendars` as sent; nil for what was not said.
struct CalendarChoice: Sendable {
  let destination: CalendarID?
  let conflicts: [CalendarID]?

  /// Each is read whenever somebody looks at the link.
  private static let conflicts = 1...20

  init?(reading fields: FieldReader) {
    destination = fields.optionalString("destination", length: 1...Caller.longestID)
      .map { CalendarID($0) }
    conflicts = fields.optionalStrings(
      "conflicts", count: Self.conflicts, length: 1...Caller.longestID)?.map { CalendarID($0) }
  }

  /// Where they stand in a link, to be reported once the calendars have been looked up.
  static let destinationPointer = pointer.appending(key: "destination")
  static let conflictsPointer = pointer.appending(key: "conflicts")
  private static let pointer = JSONPointer.root.appending(key: "calendars")
  static let locationPointer = JSONPointer.root.appending(key: "location").appending(key: "kind")
}

extension FieldReader {
  /// Problems of the settings that only the whole shows, where it could be read.
  func report(_ problems: [SettingsProblem]) {
    for problem in problems {
      // The reader stands at the body's root, where the settings' fields are.
      let names = problem.pointer.dropFirst(2).split(separator: "/").map(String.init)
      if names.first.map(isAtFault) == true { continue }
      report(names.reduce(pointer) { $0.appending(key: $1) }, problem.detail)
    }
  }
}
