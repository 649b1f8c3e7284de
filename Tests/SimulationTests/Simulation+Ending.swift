import Bookings
import Calendars
import Core
import Queue
import StoreTestSupport
import TestSupport

// After the faults everything works; then all that was promised has to come true.

extension Simulation {
  private static let mostRounds = 2000

  /// A while without any fault: operators resume what they paused and retry what they gave up.
  func recover() throws {
    note("everything works from here on")
    let store = processes[0].stored.store
    for pause in try store.pauses() { _ = try store.resume(pause.scope, pause.name) }
    try reconnect()
    if processes.allSatisfy({ $0.kinds.count < $0.handlers.count }) {
      try start(try processes[0].stored.another())
    }
    try workItOff()
    try retryWhatWasGivenUp()
    try workItOff()
    // Every calendar is read once more, as a poll does, and what the host has done comes true.
    try notice()
    try workItOff()
  }

  private func workItOff() throws {
    for _ in 0..<Simulation.mostRounds {
      var next: Timestamp?
      var isIdle = true
      for process in processes {
        _ = try process.stored.store.rescueOrphans(at: time.monotonic())
        try process.stored.store.finishWhatWasBegun()
        let claim = try process.claim(3)
        process.running += claim.jobs
        next = [next, claim.nextRunAt].compactMap { $0 }.min()
        while let job = process.running.popLast() {
          isIdle = false
          try carryOut(job, in: process)
          note("process \(process.number) carries out \(name(job))")
          try checkOrder()
        }
      }
      if !isIdle { continue }
      guard let next else { return }
      time.advance(to: next)
    }
    throw Violation(description: "there is no end to it")
  }

  /// Events that should be gone, or elsewhere, are an operator's to bring in order where the attempts were
  /// used up.
  private func retryWhatWasGivenUp() throws {
    let stored = processes[0].stored
    for job in try stored.jobs() where job.state == .discarded || job.state == .cancelled {
      guard [.cancel, .reschedule, .observe].contains(job.kind) else { continue }
      do {
        _ = try stored.store.act(JobAction(.retry, organization: nil, by: "Ada"), on: job.id)
        note("\(job.kind.rawValue) \(job.id) is retried")
      } catch is JobActionRefusal {
        // It goes on by itself.
      }
    }
  }

  // MARK: - At all times

  /// Of each sequence only the first job is let go on, and no lane has more in it than it may.
  func checkOrder() throws {
    let stored = processes[0].stored
    let overtaken = try stored.count(
      """
      SELECT count(*) FROM jobs AS job
      WHERE (state = 'executing'
          OR (state = 'available' AND waits_for IS NOT 'sequence'))
        AND EXISTS (SELECT 1 FROM jobs AS earlier INDEXED BY jobs_of_sequence
          WHERE earlier.sequence = job.sequence AND earlier.finished_at IS NULL
            AND earlier.id < job.id)
      """)
    try require(overtaken == 0, "a job has overtaken one of its sequence")
    let most = try stored.count(
      """
      SELECT coalesce(max(jobs), 0) FROM (
        SELECT count(*) AS jobs FROM jobs WHERE admitted = 1 GROUP BY lane)
      """)
    try require(most <= Simulation.laneLimit, "a lane lets \(most) jobs through")
  }

  // MARK: - In the end

  func checkEndings() throws {
    let stored = processes[0].stored
    let jobs = try stored.jobs()
    for job in jobs {
      try require(job.state.isFinal, "\(job.kind.rawValue) \(job.id) is still \(job.state)")
    }
    try require(try stored.store.miscounts() == [], "jobs are miscounted")
    try require(try stored.store.recountLanes() == [], "lanes are miscounted")
    try checkBookings()
    try checkMessages(jobs)
  }

  private func checkBookings() throws {
    let stored = processes[0].stored
    let bookings = try stored.bookings()
    try require(
      Set(bookings.map(\.id)) == accepted, "the bookings are not those that were accepted")
    var events = outside.calendar.events
    for booking in bookings {
      let words = "\(booking.id), which is \(booking.state)"
      try require(
        [.confirmed, .cancelled, .rejected, .failed].contains(booking.state),
        "\(words), has no ending")
      let uid = EventKey(booking: booking.id, generation: 0).uid(domain: "book.example.com")
      let own = events.filter { $0.uid == uid }
      events.removeAll { $0.uid == uid }
      // What the host has done to a meeting that had begun is not followed.
      let isLeftAlone = touched.contains(uid) && booking.time.start <= time.now()
      if isLeftAlone { continue }
      if booking.state == .confirmed {
        try require(own.count == 1, "\(words), has \(own.count) events")
        try require(
          own.allSatisfy { $0.interval == booking.time && !$0.isCancelled },
          "\(words) for \(booking.time), has the event \(own)")
      } else {
        try require(own.isEmpty, "\(words), has the event \(own)")
      }
    }
    try require(events.isEmpty, "nobody's events: \(events)")
    try checkClaims(bookings.filter(\.state.keepsTime))
    try checkSpends(bookings)
  }

  private func checkClaims(_ kept: [Booking]) throws {
    let claims = try processes[0].stored.claims().sorted { $0.start < $1.start }
    let times = kept.map(\.time).sorted { $0.start < $1.start }
    // Where the host has put one meeting upon another, they share what they claim.
    let isShared = zip(times, times.dropFirst()).contains { $0.overlaps($1) }
    try require(
      isShared ? IntervalSet(claims) == IntervalSet(times) : claims == times,
      "claimed is \(claims), kept is \(times)")
    for (one, next) in zip(claims, claims.dropFirst()) {
      try require(one.end <= next.start, "\(one) and \(next) overlap")
    }
  }

  /// A single-use link is spent by the one booking that came to something.
  private func checkSpends(_ bookings: [Booking]) throws {
    let stored = processes[0].stored
    for slug in Set(Simulation.slugs).sorted() where slug != "intro" {
      let link = try stored.link(slug)
      let spending = bookings.filter {
        $0.link == link.id && ($0.state == .confirmed || $0.state == .cancelled)
      }
      try require(spending.count <= 1, "\(slug) was spent by \(spending.map(\.id))")
      let isSpent = link.state == .spent
      try require(isSpent == !spending.isEmpty, "\(slug) is \(link.state)")
    }
    let spends = try stored.count("SELECT count(*) FROM spends WHERE released_at IS NULL")
    let spent = bookings.count {
      $0.link != LinkID("lnk_intro") && ($0.state == .confirmed || $0.state == .cancelled)
    }
    try require(spends == spent, "\(spends) spends for \(spent) bookings")
  }

  /// Every message of which a row says that it was sent has left; and no others have, but for those of which
  /// a process that died could not say so before their booking had gone on.
  private func checkMessages(_ jobs: [JobRecord]) throws {
    let stored = processes[0].stored
    let sent = try stored.count("SELECT count(*) FROM deliveries WHERE state = 'sent'")
    let others = try stored.count("SELECT count(*) FROM deliveries WHERE state <> 'sent'")
    let left = Set(outside.outbox.messages.map(\.id.text)).count
    try require(
      (sent...(sent + others)).contains(left), "\(sent) were sent by their rows, \(left) have left")
    let waiting = try stored.count(
      "SELECT count(*) FROM deliveries WHERE state NOT IN ('sent', 'skipped', 'byProvider')")
    // Those whose job was ended while nobody knew whether it had left.
    let ended = jobs.count { $0.kind == .invitation && $0.state != .completed }
    try require(waiting <= ended, "\(waiting) messages have no ending, \(ended) jobs were ended")
  }
}
