import Core

/// How long a server may take for one request.
package struct CalDAVDeadlines: Sendable {
  /// Busy times and reading back: a server that needs longer is of no use to a waiting guest.
  package var read = Duration.seconds(15)
  /// A worker can wait, and a write that is cut off leaves a doubt behind.
  package var write = Duration.seconds(60)

  package init() {}
}
