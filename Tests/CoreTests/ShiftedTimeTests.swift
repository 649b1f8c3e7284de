import Core
import TestSupport
import Testing

struct ShiftedTimeTests {
  @Test func beginsWhereItIsToldAndGoesOn() throws {
    let base = HandTurnedTime()
    let start = try #require(Timestamp(rfc3339: "2026-03-06T12:00:00Z"))
    let time = ShiftedTime(start: start, base: base)
    #expect(time.now() == start)
    base.advance(.hours(30))
    #expect(time.now() == start + .hours(30))
    #expect(time.monotonic() == base.monotonic())
  }
}
