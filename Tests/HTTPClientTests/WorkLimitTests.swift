import Core
import HTTPClient
import TestSupport
import Testing

/// A call obeys the limit of the work that makes it, although nothing but its thread carries that limit.
struct WorkLimitTests {
  private func send(
    _ method: String, _ server: RawHTTPServer, _ limit: WorkLimit,
    deadline: Duration = .seconds(30)
  ) -> HTTPClientError? {
    WorkLimit.$current.withValue(limit) {
      do throws(HTTPClientError) {
        _ = try HTTPClient().send(HTTPRequest(method, server.url), deadline: deadline)
        return nil
      } catch {
        return error
      }
    }
  }

  @Test func nothingGoesOutWhenItsTimeIsOver() throws {
    let server = try RawHTTPServer { _ in [.answer(200)] }
    defer { server.stop() }
    let now = SystemTime().monotonic()
    for limit in [WorkLimit(deadline: now), WorkLimit(certainUntil: now)] {
      guard case .notSent = send("PUT", server, limit) else {
        Issue.record("it was sent")
        continue
      }
    }
    let cancelled = WorkLimit()
    cancelled.cancel()
    guard case .notSent = send("PUT", server, cancelled) else {
      Issue.record("it was sent")
      return
    }
    #expect(server.requests.isEmpty)
    #expect(send("PUT", server, WorkLimit()) == nil)
  }

  /// "Timeouts cancel the handler's provider call": also one that has been made long before.
  @Test func aCallThatNobodyWaitsForEnds() throws {
    let limit = WorkLimit()
    let server = try RawHTTPServer { _ in [.call { limit.cancel() }, .awaitClientClose] }
    defer { server.stop() }
    guard case .mayHaveLanded = send("PUT", server, limit) else {
      Issue.record("it is not said that it may have landed")
      return
    }
  }

  @Test func aCallTakesNoLongerThanItsWorkMay() throws {
    let server = try RawHTTPServer { _ in [.awaitClientClose] }
    defer { server.stop() }
    let limit = WorkLimit(deadline: SystemTime().monotonic() + .milliseconds(300))
    guard case .mayHaveLanded = send("PUT", server, limit) else {
      Issue.record("it is not said that it may have landed")
      return
    }
  }
}
