/// One way in which a zone's clocks can stand: "local time type record" of RFC 8536 section 3.2.
struct ZoneTimeType: Equatable, Sendable {
  /// Seconds ahead of UTC.
  let offset: Int
  let isDaylight: Bool
  let abbreviation: String

  /// What RFC 8536 section 3.2 wants `utoff` to stay within: more than -25 and less than 26 hours.
  static let offsets = -89_999...93_599
}
