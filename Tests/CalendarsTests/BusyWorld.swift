import Bookings
import Calendars
import Core
import Dispatch
import HTTPClient
import Synchronization
import Testing

/// A reader with two accounts, `one` and `two`, and clocks and alarms that a test turns by hand.
struct BusyWorld {
  let one: ScriptedProvider
  let two = ScriptedProvider()
  let time = StoppedTime()
  let reader: BusyReader
  private let alarms = Alarms()

  init(oneIsLocal: Bool = false) {
    let one = ScriptedProvider(isLocal: oneIsLocal)
    let two = two
    let alarms = alarms
    self.one = one
    let directory = ProviderDirectory { id throws(ProviderError) -> any CalendarProvider in
      switch id.text {
      case "one": return one
      case "two": return two
      default: throw ProviderError(.permanent, "no such connection")
      }
    }
    reader = BusyReader(directory: directory, time: time) { _, work in alarms.set(work) }
  }

  /// Waits for the answer; nil if none comes.
  func read(
    _ calendars: [Calendar], _ during: Interval, except own: OwnEvent? = nil
  ) -> BusyReading? {
    begin(1, calendars, during, except: own).next()
  }

  /// The answer if it was given before the call returned.
  func readAtOnce(_ calendars: [Calendar], _ during: Interval) -> BusyReading? {
    begin(1, calendars, during).alreadyThere
  }

  func begin(
    _ count: Int, _ calendars: [Calendar], _ during: Interval, except own: OwnEvent? = nil
  ) -> Answers {
    let answers = Answers()
    for _ in 0..<count {
      reader.read(calendars, during: during, except: own) { answers.take($0) }
    }
    return answers
  }

  func ringAlarms() { alarms.ring() }

  final class Answers: Sendable {
    private let readings = Mutex<[BusyReading]>([])
    private let arrived = DispatchSemaphore(value: 0)

    func take(_ reading: BusyReading) {
      readings.withLock { $0.append(reading) }
      arrived.signal()
    }

    func next() -> BusyReading? {
      guard arrived.wait(timeout: .now() + 10) == .success else { return nil }
      return readings.withLock { $0.removeFirst() }
    }

    var alreadyThere: BusyReading? { readings.withLock { $0.first } }
  }

  private final class Alarms: Sendable {
    private let pending = Mutex<[@Sendable () -> Void]>([])

    func set(_ work: @escaping @Sendable () -> Void) { pending.withLock { $0.append(work) } }

    func ring() {
      let due = pending.withLock { pending in
        defer { pending = [] }
        return pending
      }
      for work in due { work() }
    }
  }
}
