/// How the program ends, by the names of BSD's sysexits.h.
enum ExitCode: Int32, CaseIterable, Sendable {
  case success = 0
  case failure = 1
  /// EX_USAGE
  case usage = 64
  /// EX_DATAERR
  case unreadableMail = 65
  /// EX_NOUSER
  case unknownEvent = 67
  /// EX_UNAVAILABLE
  case unavailable = 69
  /// EX_TEMPFAIL
  case tryAgain = 75
  /// EX_NOPERM
  case notAGuest = 77
  /// EX_CONFIG
  case configuration = 78

  /// Given by `mail receive` only.
  var isOfMail: Bool {
    switch self {
    case .unreadableMail, .unknownEvent, .tryAgain, .notAGuest: true
    case .success, .failure, .usage, .unavailable, .configuration: false
    }
  }

  var summary: String {
    switch self {
    case .success: "Done"
    case .failure: "It was tried and failed; the message says why"
    case .usage: "The command line is wrong"
    case .unreadableMail: "The mail holds no answer to an invitation, or cannot be trusted"
    case .unknownEvent: "The mail answers an invitation that is not ours"
    case .tryAgain: "The mail could not be taken now: keep it and try again"
    case .notAGuest: "The mail is not from the guest who is said to answer"
    case .unavailable: "The server, its database or a provider cannot be reached"
    case .configuration: "A setting or a job's definition is wrong"
    }
  }
}
