import Bookings
import Core
import Intake
import Queue
import StoreTestSupport
import TestSupport
import WorkersTestSupport

// One seed is one history: guests ask, workers work, operators act, the provider fails, clocks jump,
// processes and machines die, each at a moment that the seed chooses. Then everything works again, and what
// has been promised must have come true.
//
// Nothing runs but what a step runs, on the caller's thread, so that a seed always tells the same story.

/// The world of one seed, while it is being driven.
final class Simulation {
  let randomness: Randomness
  let outside = Outside()
  let time: HandTurnedTime
  var processes: [SimulatedProcess] = []
  var processCount = 0
  /// What has happened, for whoever has to find out why.
  private(set) var trace: [String] = []

  // What was promised.
  var accepted: Set<BookingID> = []
  var lastRequest: (request: BookingRequest, booking: BookingID)?
  var requestCount = 0
  /// Messages of which it is on the disk that they were handed over.
  var knownMessages: Set<String> = []
  var seenMessages = 0
  var actions: [Int64] = []
  /// The UIDs of events that the host has changed by hand.
  var touched: Set<String> = []

  static let slugs = ["intro", "intro", "once1", "once2", "once3"]
  static let lanes = [
    LaneID(rawValue: StoredWorld.work.connection.text),
    LaneID(rawValue: StoredWorld.home.connection.text), .mail,
  ]
  static let laneLimit = 2

  /// Far enough ahead that no meeting begins while a history lasts; in one of six, so near that some do.
  let firstSlot: Timestamp
  var isNear: Bool { firstSlot < Simulation.farSlot }

  private static let farSlot = instant("2026-03-20T10:00:00Z")
  private static let steps = 45

  init(seed: UInt64) throws {
    randomness = Randomness(seed: seed)
    firstSlot = seed % 6 == 0 ? instant("2026-03-02T10:00:00Z") : Simulation.farSlot
    var options = StoredWorld.Options()
    options.inMemory = true
    options.randomness = Randomness(seed: ~seed)
    options.lastWords = storedLastWords
    options.lanePolicy = { provider in
      LanePolicy(concurrency: Simulation.laneLimit, ratePerSecond: 5, burst: 3, failuresToOpen: 3)
    }
    let stored = try StoredWorld(options)
    time = stored.time
    try stored.addLink(conflicts: [StoredWorld.work, StoredWorld.home])
    for slug in Set(Simulation.slugs).sorted() where slug != "intro" {
      try stored.addLink(slug, kind: .singleUse)
    }
    try start(stored)
  }

  /// Lives the whole history. Throws a `Violation` as soon as something is as it must never be.
  func run() throws {
    for _ in 0..<Simulation.steps {
      try step()
      try checkOrder()
    }
    try recover()
    try checkEndings()
    for process in processes { process.stored.store.close() }
  }

  private func step() throws {
    switch pick(37) {
    case 0...4: try book()
    case 5...6: try move()
    case 7...8: try cancel()
    case 9...12: try claim()
    case 13...20: try work()
    case 21...22: letTimePass()
    case 23: try sweep()
    case 24: changeWeather()
    case 25: addForeignEvent()
    case 26...28: try operate()
    case 29: try setClock()
    case 30...31: changeByHand()
    case 32...34: try notice()
    case 35: try die()
    default: try pick(4) == 0 ? dieAgainAndAgain() : die()
    }
  }

  // MARK: - Chance and memory

  func pick(_ count: Int) -> Int { Int(randomness.next() % UInt64(count)) }

  func one<Element>(of elements: [Element]) -> Element? {
    elements.isEmpty ? nil : elements[pick(elements.count)]
  }

  func note(_ words: @autoclosure () -> String) { trace.append("\(time.now().rfc3339) \(words())") }

  /// Any living process.
  var someone: SimulatedProcess { processes[pick(processes.count)] }

  func start(_ stored: StoredWorld, kinds: [JobKind]? = nil) throws {
    processCount += 1
    processes.append(
      try SimulatedProcess(processCount, stored, outside, seed: randomness.next(), kinds: kinds))
  }
}

/// Something is as it must never be.
struct Violation: Error, CustomStringConvertible {
  let description: String
}

/// Throws a `Violation` unless it is so.
func require(_ isSo: Bool, _ words: @autoclosure () -> String) throws {
  if !isSo { throw Violation(description: words()) }
}
