import Bookings

/// What a move has to do about the event that it found: the same answer for every provider.
enum MoveDecision: Equatable {
  /// It stands where it should.
  case done
  /// A later change has been made to it.
  case newer
  case write

  init(_ draft: EventDraft, interval: Interval, sequence: Int) {
    if interval == draft.interval && sequence >= draft.sequence {
      self = .done
    } else if sequence > draft.sequence {
      self = .newer
    } else {
      self = .write
    }
  }
}
