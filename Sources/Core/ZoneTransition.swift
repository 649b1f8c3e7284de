/// One change of a zone's offset: from `at` on, clocks are `offsetAfter` ahead of UTC.
package struct ZoneTransition: Equatable, Sendable {
  package let at: Timestamp
  /// Seconds ahead of UTC.
  package let offsetBefore: Int
  package let offsetAfter: Int
  package let abbreviationAfter: String
  package let isDaylightAfter: Bool
}
