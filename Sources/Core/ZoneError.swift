/// Why there is no such zone.
package enum ZoneError: Error, Equatable, Sendable {
  /// Not a name that a zone can have, or no zone of that name is installed.
  case unknown(String)
  /// The zone's file is there and cannot be read.
  case unreadable(String)
  /// The zone's file is not as RFC 8536 wants it.
  case corrupt(String, ZoneFault)
}

/// What is wrong with a TZif file.
package enum ZoneFault: Error, Equatable, Sendable {
  case notZoneFile
  case tooLong
  case truncated
  /// Version 1 has 32-bit instants and no rule for the time after its last one.
  case version
  case counts
  /// Time with leap seconds is not POSIX time.
  case leapSeconds
  case transition
  case timeType
  case abbreviation
  case rule
}
