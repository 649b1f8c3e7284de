import Queue
import Synchronization
import Testing

struct SignalTests {
  @Test func isHeardByTheOneWhoConnectedLast() {
    let signal = Signal()
    let heard = Mutex<[String]>([])
    signal.give()
    signal.connect { heard.withLock { $0.append("first") } }
    signal.give()
    signal.connect { heard.withLock { $0.append("second") } }
    signal.give()
    #expect(heard.withLock { $0 } == ["first", "second"])
  }

  /// A receiver may itself give the signal's owner something to do.
  @Test func mayBeGivenWhileItIsHeard() {
    let signal = Signal()
    let depth = Mutex(0)
    signal.connect {
      let now = depth.withLock { depth in
        depth += 1
        return depth
      }
      if now < 3 { signal.give() }
    }
    signal.give()
    #expect(depth.withLock { $0 } == 3)
  }
}
