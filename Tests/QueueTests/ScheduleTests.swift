import Core
import Testing

@testable import Queue

struct ScheduleTests {
  private let tenMinutes = Duration.seconds(600)
  private let noon = Timestamp(seconds: 1_780_056_000)

  @Test func itsTimesLieOnAGridThatAllProcessesShare() {
    let schedule = Schedule(every: tenMinutes, catchUp: .once)
    #expect(schedule.next(after: noon) == noon + tenMinutes)
    #expect(schedule.next(after: noon + .milliseconds(1)) == noon + tenMinutes)
    #expect(schedule.next(after: noon - .milliseconds(1)) == noon)
  }

  @Test func whatWasMissedIsMadeUpForOrNot() {
    for catchUp in Schedule.CatchUp.allCases {
      let schedule = Schedule(every: tenMinutes, catchUp: catchUp)
      #expect(!schedule.isDue(noon, now: noon - .milliseconds(1)))
      #expect(schedule.isDue(noon, now: noon))
      #expect(schedule.isDue(noon, now: noon + .minutes(4)))
      #expect(schedule.isDue(noon, now: noon + .hours(4)) == (catchUp == .once))
    }
  }
}
