/// Where a job stands that is not running.
enum Place: Equatable {
  /// Among the ready ones, or where its state is not `available`, nowhere.
  case none, ready
  case behindItsSequence, inItsLane

  var waitsFor: String? {
    switch self {
    case .none, .ready: nil
    case .behindItsSequence: "sequence"
    case .inItsLane: "lane"
    }
  }
}
