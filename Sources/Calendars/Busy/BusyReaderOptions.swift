import Core

/// How old, how late and how much: see `BusyReader`.
package struct BusyReaderOptions: Sendable {
  /// A reading no older than this is as good as a new one. The worker asks the provider itself before it
  /// writes, so what this hides is at worst a refusal after the fact.
  package var fresh = Duration.seconds(30)
  /// A reading no older than this is better than none, when the provider does not answer; for whoever asks
  /// without a limit of their own.
  package var stale = Duration.minutes(10)
  /// How long a guest's page waits for providers.
  package var deadline = Duration.milliseconds(1500)
  /// A calendar that could not be read is left in peace for so long: pages must not knock on a server
  /// that is down, or lock an account whose password has changed.
  package var pauseAfterFailure = Duration.seconds(5)

  package init() {}
}

/// What bounds the reader's memory and threads.
enum BusyReaderLimit {
  /// Reads under way at once, each with a thread that may wait for its server.
  static let reads = 64
  /// Of them, for one account: a server that hangs must not take the seats of the others.
  static let readsPerAccount = 4
  /// A page shows one month or two; other windows are guests leafing ahead.
  static let windowsPerCalendar = 4
  /// With a few hundred intervals each, that is a few hundred megabytes at the very most.
  static let calendars = 10_000
}
