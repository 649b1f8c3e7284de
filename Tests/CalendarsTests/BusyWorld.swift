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
  let verdicts = Verdicts()
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
    let verdicts = verdicts
    reader = BusyReader(directory: directory, time: time) {
      _, work in
      alarms.set(work)
    } verdict: { calendar, error in
      verdicts.take("\(calendar.name) \(error?.message ?? "readable")")
    }
  }

  /// Waits for the answer; nil if none comes.
  func read(
    _ calendars: [Calendar], _ during: Interval, except own: OwnEvent? = nil,
    maximumAge: Duration? = nil
  ) -> BusyReading? {
    begin(1, calendars, during, except: own, maximumAge: maximumAge).next()
  }

  /// The answer if it was given before the call returned.
  func readAtOnce(_ calendars: [Calendar], _ during: Interval) -> BusyReading? {
    begin(1, calendars, during).alreadyThere
  }

  func begin(
    _ count: Int, _ calendars: [Calendar], _ during: Interval, except own: OwnEvent? = nil,
    maximumAge: Duration? = nil
  ) -> Answers {
    let answers = Answers()
    for _ in 0..<count {
      reader.read(calendars, during: during, except: own, maximumAge: maximumAge) {
        answers.take($0)
      }
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

  /// What was said of calendars, in order.
  final class Verdicts: Sendable {
    private let said = Mutex<[String]>([])
    private let arrived = DispatchSemaphore(value: 0)

    func take(_ verdict: String) {
      said.withLock { $0.append(verdict) }
      arrived.signal()
    }

    /// The next so many; fewer where no more come.
    func next(_ count: Int) -> [String] {
      for _ in 0..<count {
        guard arrived.wait(timeout: .now() + 10) == .success else { break }
      }
      return said.withLock { said in
        defer { said.removeFirst(min(count, said.count)) }
        return Array(said.prefix(count))
      }
    }

    var isEmpty: Bool { said.withLock { $0.isEmpty } }
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
