/// How a server is asked for busy time.
enum CalDAVBusyMethod: Sendable {
  /// We read the events and compute: it shows UIDs, and whose days an all-day event takes.
  case events
  /// The server computes, where it will not show the events or we cannot read one of them. Then no event
  /// can be told from another, and a booking stands in its own way when it is to move.
  case freeBusy
}
