import Core
import Testing

@testable import Calendars

struct RetryAfterTests {
  let now = Timestamp(seconds: 784_111_700)

  @Test func seconds() {
    #expect(RetryAfter.instant("0", now: now) == now)
    #expect(RetryAfter.instant("90", now: now) == now + .seconds(90))
  }

  @Test("RFC 9110 section 5.6.7's example")
  func date() {
    #expect(
      RetryAfter.instant("Sun, 06 Nov 1994 08:49:37 GMT", now: now)
        == Timestamp(seconds: 784_111_777))
  }

  @Test func thePastIsNow() {
    #expect(RetryAfter.instant("Sun, 06 Nov 1983 08:49:37 GMT", now: now) == now)
  }

  @Test func noLongerThanADay() {
    #expect(RetryAfter.instant("9223372036854775807", now: now) == now + RetryAfter.longest)
    #expect(
      RetryAfter.instant("Sun, 06 Nov 2094 08:49:37 GMT", now: now) == now + RetryAfter.longest)
  }

  @Test(arguments: [
    nil, "", "-1", "soon", "1.5", "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 25:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
  ])
  func nothingToBeRead(_ value: String?) {
    #expect(RetryAfter.instant(value, now: now) == nil)
  }
}
