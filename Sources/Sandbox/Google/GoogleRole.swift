/// What an account may do with a calendar, least first.
enum GoogleRole: String, CaseIterable, Sendable, Comparable {
  case freeBusyReader, reader, writer, owner

  static func < (a: GoogleRole, b: GoogleRole) -> Bool {
    (allCases.firstIndex(of: a) ?? 0) < (allCases.firstIndex(of: b) ?? 0)
  }
}
