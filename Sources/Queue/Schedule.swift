import Core

/// When a chore's jobs are made: at every multiple of an interval, whoever's process is running then.
package struct Schedule: Equatable, Sendable {
  /// What becomes of times that passed while no process ran.
  package enum CatchUp: String, Sendable, CaseIterable {
    /// They are gone: the next one comes at its time.
    case skip
    /// However many they were, the chore runs once, at once.
    case once
  }

  package let every: Duration
  package let catchUp: CatchUp

  package init(every: Duration, catchUp: CatchUp) {
    self.every = every
    self.catchUp = catchUp
  }

  /// A time counts as missed when the next is nearer than this share of the interval: a start that takes
  /// its time has missed nothing.
  private static let lateness = 0.5

  /// The first time after `now`, on the grid that begins with the epoch.
  package func next(after now: Timestamp) -> Timestamp {
    let interval = every.wholeMilliseconds
    return Timestamp(milliseconds: (now.milliseconds / interval + 1) * interval)
  }

  /// Whether a chore that was due at `due` is still to run at `now`.
  package func isDue(_ due: Timestamp, now: Timestamp) -> Bool {
    guard due <= now else { return false }
    return catchUp == .once || now - due < every * Self.lateness
  }
}

extension Schedule {
  /// What is due every second is a loop; a week is the longest that anybody remembers.
  private static let seconds = 2...(7 * 86_400)

  /// Reads `{ everySeconds, catchUp }`.
  init?(reading fields: FieldReader) {
    let every = fields.integer("everySeconds", in: Self.seconds)
    let catchUp = fields.choice("catchUp", CatchUp.self)
    guard let every, let catchUp else { return nil }
    self.init(every: .seconds(every), catchUp: catchUp)
  }
}
