import Core
import Queue
import Store

/// A hundred lanes, of which one is blocked: with a million jobs waiting in it in the large database, and
/// none in the small. What the other ninety-nine feel of it.
func compareLanes(rounds: Int, small: String, large: String, statements: Bool) throws {
  // Names that no earlier run on the same file has used.
  var number = Int(nanoseconds() % 1_000_000_000)
  let enqueue: (BenchWorld) throws -> Void = { world in
    try world.enqueue(
      (0..<32).map { _ in
        number += 1
        return world.job(
          .booking, booking: "bkg_other\(number)", lane: BenchWorld.lane(1 + number % 99))
      })
  }
  // Whatever the measurement before has left is out of the way.
  let clear: (BenchWorld) throws -> Void = { world in
    world.finishHand()
    while case let left = try world.claim(64), !left.isEmpty { world.finish(left) }
  }
  try compare(
    [
      Operation(
        "claim of 16 from others' lanes",
        prepare: { world in
          try clear(world)
          try enqueue(world)
        }
      ) { try $0.claimToHand(16) },
      Operation(
        "finish of 16 in others' lanes",
        prepare: { world in
          try clear(world)
          try enqueue(world)
          try world.claimToHand(16)
        }
      ) { $0.finishHand() },
      Operation("enqueue of 32 to others' lanes", prepare: clear, enqueue),
      Operation("enqueue to the blocked lane") { world in
        number += 1
        try world.enqueue([
          world.job(.booking, booking: "bkg_blocked\(number)", lane: BenchWorld.lane(0))
        ])
      },
      Operation("lanes, for operators") { _ = try $0.store.laneStandings(of: nil) },
      Operation("queues, for operators") {
        _ = try $0.store.queueStandings([.booking, .reschedule, .cancel, .invitation])
      },
    ], rounds: rounds, small: small, large: large, statements: statements)
}
