/// The name of a lane: the jobs that share one account at a provider share its limits. It is the connection's
/// id, or a name of the program's own for an account that is nobody's, such as the mail server's.
package struct LaneID: Hashable, Comparable, Sendable, RawRepresentable, CustomStringConvertible {
  package let rawValue: String

  package init(rawValue: String) { self.rawValue = rawValue }

  /// The server that takes our mail.
  package static let mail = LaneID(rawValue: "mail")

  package var description: String { rawValue }
  package static func < (a: LaneID, b: LaneID) -> Bool { a.rawValue < b.rawValue }
}
