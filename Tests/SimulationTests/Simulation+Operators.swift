import Core
import Queue
import Store
import StoreTestSupport

// What operators and owners do meanwhile.

extension Simulation {
  func operate() throws {
    let store = someone.stored.store
    switch pick(12) {
    case 0:
      let scope: Pause.Scope = pick(2) == 0 ? .kind : .queue
      let name = scope == .kind ? "booking" : "mail"
      try store.pause(Pause(scope: scope, name: name, by: "Grace"))
      note("\(name) is paused")
    case 1, 2:
      for pause in try store.pauses() {
        _ = try store.resume(pause.scope, pause.name)
        note("\(pause.name) is resumed")
      }
    case 3: try reconnect()
    case 4:
      guard let action = actions.popLast() else { return }
      let count = try store.undo(action: action, of: nil, by: "Ada")?.putBack
      note("action \(action) is undone on \(count ?? -1)")
    case 5: try actOnMany()
    case 6: try repair()
    default: try act()
    }
  }

  /// Everything that fits a filter, as it was foretold.
  private func actOnMany() throws {
    let store = someone.stored.store
    let filters: [(words: String, set: (inout JobQuery) -> Void)] = [
      ("all that is parked", { $0.states = [.parked] }),
      ("all that was given up", { $0.states = [.discarded, .cancelled] }),
      ("all mail", { $0.kind = .invitation }),
      ("all of an account", { $0.lane = Simulation.lanes[0] }),
    ]
    let verbs: [JobAction.Verb] = [.retry, .retry, .runNow, .cancel, .discard]
    let verb = verbs[pick(verbs.count)]
    let filter = filters[pick(filters.count)]
    var query = JobQuery(organization: nil, limit: 1)
    filter.set(&query)
    let action = JobAction(verb, organization: nil, by: "Grace")
    let foretold = try store.forecast(action, on: query)
    let record = try store.act(action, on: query)
    actions.append(record.id)
    note("\(verb.name) of \(filter.words) is action \(record.id), on \(record.jobs)")
    try require(
      foretold.jobs == record.jobs, "\(foretold.jobs) were foretold, \(record.jobs) were changed")
  }

  /// An operator has looked into the calendar, and says of a change of which nobody knew what became of it.
  private func repair() throws {
    let stored = someone.stored
    var uncertain: [(job: JobRecord, key: String)] = []
    for job in try stored.jobs() {
      for record in try stored.store.effects(of: job.id) where record.effect.state.mayHaveLanded {
        uncertain.append((job, record.effect.key))
      }
    }
    guard let (job, key) = one(of: uncertain) else { return }
    let verbs: [JobAction.Verb] = [
      // Ask the provider now.
      .retry, isInPlace(key) ? .acceptEffect(key) : .resendEffect(key),
    ]
    let verb = verbs[pick(2)]
    do {
      actions.append(
        try stored.store.act(JobAction(verb, organization: nil, by: "Grace"), on: job.id))
      note("\(verb.name) of \(key), \(job.id)")
    } catch is JobActionRefusal {
      // It runs, or has ended.
    }
  }

  /// Whether the calendar is as the change wants it: `create K`, `move K n`, `restore K n`, `remove K n`.
  private func isInPlace(_ key: String) -> Bool {
    let words = key.split(separator: " ")
    let event = outside.calendar.events.first { $0.uid.hasPrefix(words[1]) && !$0.isCancelled }
    switch words[0] {
    case "remove": return event == nil
    case "create": return event != nil
    default: return event.map { $0.sequence >= Int(words[2]) ?? 0 } ?? false
    }
  }

  private func act() throws {
    let stored = someone.stored
    guard let job = one(of: try stored.jobs()) else { return }
    let verbs: [JobAction.Verb] = [.retry, .retry, .retry, .runNow, .cancel, .discard]
    let verb = verbs[pick(verbs.count)]
    do {
      let action = try stored.store.act(
        JobAction(verb, organization: nil, by: "Grace"), on: job.id)
      actions.append(action)
      note("\(verb.name) of \(job.kind.rawValue) \(job.id) is action \(action)")
    } catch is JobActionRefusal {
      // Not every verb fits.
    }
  }

  /// The owner connects the account again.
  func reconnect() throws {
    outside.calendar.setOutage(nil)
    for account in [StoredWorld.work.connection, StoredWorld.home.connection] {
      let woken = try someone.stored.store.recover(account)
      note("\(account) is connected again, and wakes \(woken)")
    }
    _ = try someone.stored.store.resetLane(.mail)
  }
}
