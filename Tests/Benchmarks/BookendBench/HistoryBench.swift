import Core
import Foundation
import Queue
import SQLite
import Store

/// The same last hour in both databases, and weeks of finished jobs before it in the large one: enqueue,
/// claim and finish, and everything that operators read.
func compareHistory(rounds: Int, small: String, large: String, statements: Bool) throws {
  try compare(
    writes() + reads(), rounds: rounds, small: small, large: large, statements: statements)
}

private func writes() -> [Operation] {
  // Names that no earlier run on the same file has used.
  var number = Int(nanoseconds() % 1_000_000_000)
  let enqueue: (BenchWorld) throws -> Void = { world in
    number += 1
    try world.enqueue([
      world.job(.booking, booking: "bkg_late\(number)", lane: BenchWorld.lane(number))
    ])
  }
  return [
    Operation("enqueue", prepare: clear, enqueue),
    Operation(
      "claim",
      prepare: { world in
        try clear(world)
        try enqueue(world)
      }
    ) { try $0.claimToHand(8) },
    Operation(
      "finish",
      prepare: { world in
        try clear(world)
        try enqueue(world)
        try world.claimToHand(8)
      }
    ) { $0.finishHand() },
  ]
}

private func clear(_ world: BenchWorld) throws {
  world.finishHand()
  world.finish(try world.claim(8))
}

private func reads() -> [Operation] {
  var operations = [Operation("list, newest") { _ = try $0.list() }]
  for state in JobState.allCases {
    operations.append(
      Operation("list, \(state.rawValue)") { _ = try $0.list { $0.states = [state] } })
  }
  for kind in [JobKind.booking, .cancel] {
    operations.append(
      Operation("list, kind \(kind.rawValue)") { _ = try $0.list { $0.kind = kind } })
  }
  return operations + [
    Operation("list, queue mail") { _ = try $0.list { $0.queue = "mail" } },
    // An hour has no page full of an account's jobs: as many as it has are asked for.
    Operation("list, 10 of an account's lane") { world in
      _ = try world.list { query in
        query.lane = BenchWorld.lane(3)
        query.limit = 10
      }
    },
    Operation("list, the mail server's lane") { _ = try $0.list { $0.lane = .mail } },
    Operation("list, 10 of a lane and a kind") { world in
      _ = try world.list { query in
        query.lane = BenchWorld.lane(3)
        query.limit = 10
        query.kind = .booking
      }
    },
    Operation("list, lane and a kind it never had") { world in
      _ = try world.list { query in
        query.lane = BenchWorld.lane(3)
        query.kind = .invitation
      }
    },
    Operation("list, lane nobody has used") { _ = try $0.list { $0.lane = BenchWorld.unused } },
    Operation("list, 10 of a lane and state completed") {
      _ = try $0.list { query in
        query.lane = BenchWorld.lane(3)
        query.limit = 10
        query.states = [.completed]
      }
    },
    Operation("list, the last of a lane and state discarded") {
      _ = try $0.list { query in
        query.lane = BenchWorld.lane(3)
        query.limit = 1
        query.states = [.discarded]
      }
    },
    Operation("list, kind that was never cancelled") {
      _ = try $0.list { query in
        query.kind = .reschedule
        query.states = [.cancelled]
      }
    },
    Operation("list, error permanent") { _ = try $0.list { $0.error = .permanent } },
    Operation("list, error conflict") { _ = try $0.list { $0.error = .conflict } },
    Operation("list, error of another kind") {
      _ = try $0.list { query in
        query.error = .permanent
        query.kind = .reschedule
      }
    },
    Operation("list, the last half hour") { world in
      _ = try world.list { $0.since = world.store.now() - .minutes(30) }
    },
    Operation("list, completed before half an hour ago") { world in
      _ = try world.list { query in
        query.states = [.completed]
        query.until = world.store.now() - .minutes(30)
      }
    },
    Operation("list, everybody's (command line)") { _ = try $0.list { $0.organization = nil } },
    Operation("list, everybody's of a kind") {
      _ = try $0.list { query in
        query.organization = nil
        query.kind = .booking
      }
    },
    Operation("show, with its attempts and effects") { world in
      for job in try world.list().prefix(1) {
        _ = try world.store.job(job.id, of: nil)
        _ = try world.store.attempts(of: job.id)
        _ = try world.store.effects(of: job.id)
      }
    },
    Operation("why, of 50 jobs") { world in
      let now = world.store.now()
      for job in try world.list({ $0.states = [.available] }) { _ = job.waitingFor(now: now) }
    },
    Operation("dry run, retry what was discarded in half an hour") { world in
      var query = world.query()
      query.states = [.discarded]
      query.since = world.store.now() - .minutes(30)
      _ = try world.store.forecast(world.action(.retry), on: query)
    },
    Operation("dry run, cancel what waits") { world in
      var query = world.query()
      query.states = [.available]
      _ = try world.store.forecast(world.action(.cancel), on: query)
    },
    Operation("dry run, run now all of a kind") { world in
      var query = world.query()
      query.kind = .booking
      _ = try world.store.forecast(world.action(.runNow), on: query)
    },
    Operation("dry run, retry all of a kind") { world in
      var query = world.query()
      query.kind = .cancel
      _ = try world.store.forecast(world.action(.retry), on: query)
    },
    Operation("queues") {
      _ = try $0.store.queueStandings([.booking, .reschedule, .cancel, .invitation])
    },
    Operation("lanes") { _ = try $0.store.laneStandings(of: nil) },
    Operation("counts") { _ = try $0.store.jobCounts() },
    Operation("actions") { _ = try $0.store.actions(of: nil, limit: 50) },
  ]
}

extension BenchWorld {
  static var unused: LaneID { LaneID(rawValue: "con_of_nobody") }

  func query() -> JobQuery { JobQuery(organization: organization.text, limit: 50) }

  func list(_ change: (inout JobQuery) -> Void = { _ in }) throws -> [JobRecord] {
    var query = query()
    change(&query)
    return try store.jobs(query)
  }

  func action(_ verb: JobAction.Verb) -> JobAction {
    JobAction(verb, organization: organization.text, by: "bench")
  }
}
