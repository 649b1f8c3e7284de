/// How the program ends, by the names of BSD's sysexits.h.
enum ExitCode: Int32, CaseIterable, Sendable {
  case success = 0
  case failure = 1
  /// EX_USAGE
  case usage = 64
  /// EX_UNAVAILABLE
  case unavailable = 69
  /// EX_CONFIG
  case configuration = 78

  var summary: String {
    switch self {
    case .success: "Done"
    case .failure: "It was tried and failed; the message says why"
    case .usage: "The command line is wrong"
    case .unavailable: "The server, its database or a provider cannot be reached"
    case .configuration: "A setting or a job's definition is wrong"
    }
  }
}
