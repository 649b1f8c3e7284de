import Queue
import Testing

struct JobIDTests {
  @Test(arguments: [1, 42, Int64.max])
  func readsWhatItWrites(_ number: Int64) {
    let id = JobID(number: number)
    #expect(JobID(id.description) == id)
  }

  @Test(arguments: [
    "", "job_", "42", "job_0", "job_-1", "job_1x", "job_ 1", "JOB_1", "job_9223372036854775808",
    "job_1_2",
  ])
  func readsNothingElse(_ text: String) {
    #expect(JobID(text) == nil)
  }

  @Test func idsAreOrderedAsTheyWereGiven() {
    #expect(JobID(number: 9) < JobID(number: 10))
  }
}
