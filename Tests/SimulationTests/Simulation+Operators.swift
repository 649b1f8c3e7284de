import Core
import Queue
import Store
import StoreTestSupport

// What operators and owners do meanwhile.

extension Simulation {
  func operate() throws {
    let store = someone.stored.store
    switch pick(10) {
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
      let count = try store.undo(action: action, of: nil, by: "Ada")
      note("action \(action) is undone on \(count ?? -1)")
    default: try act()
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
