import Foundation
import Synchronization

/// A real CalDAV server that schedules (RFC 6638): Tests/Interop/bookend_lab/cyrus.py. It ends with the process
/// that started it.
package final class CyrusServer: Sendable {
  package struct Account: Decodable, Sendable {
    package let url: String
    /// Its one calendar.
    package let calendar: String
    package let username: String
    package let password: String
    package let email: String
  }

  private let process: Process
  private let requests: Pipe
  private let answers: Pipe
  private let turn = Mutex(())

  package init() throws {
    process = Process()
    process.executableURL = PythonEnvironment.python
    process.arguments = ["-m", "bookend_lab.cyrus"]
    process.currentDirectoryURL = PythonEnvironment.checkout.appending(path: "Tests/Interop")
    requests = Pipe()
    answers = Pipe()
    process.standardInput = requests
    process.standardOutput = answers
    // One that has not started is a test's failure, and not the end of them all.
    signal(SIGPIPE, SIG_IGN)
    try process.run()
  }

  /// Another user of the server. Its events' UIDs have to differ from each other, in whatever calendars, so
  /// that each test has one of its own.
  package func makeAccount() throws -> Account {
    try turn.withLock { _ in
      try requests.fileHandleForWriting.write(contentsOf: Data("another\n".utf8))
      var line = Data()
      while let byte = try answers.fileHandleForReading.read(upToCount: 1), byte != Data("\n".utf8)
      {
        line += byte
      }
      if line.isEmpty { throw CyrusError.didNotStart }
      return try JSONDecoder().decode(Account.self, from: line)
    }
  }
}

package enum CyrusError: Error {
  /// What it said stands in the test's own output.
  case didNotStart
}
