/// Where a job stands that is not running.
enum Place: Equatable {
  /// Among the ready ones, or where its state is not `available`, nowhere.
  case none, ready
  /// Among the ready ones, with a place in its lane.
  case admitted
  case behindItsSequence, behindItsLane

  var waitsFor: String? {
    switch self {
    case .none, .ready, .admitted: nil
    case .behindItsSequence: "sequence"
    case .behindItsLane: "lane"
    }
  }

  /// Whether a claim may find it, now or at its time.
  var isReady: Bool {
    switch self {
    case .ready, .admitted: true
    // The lane's own clock may have to be set anew.
    case .behindItsLane: true
    case .none, .behindItsSequence: false
    }
  }
}
