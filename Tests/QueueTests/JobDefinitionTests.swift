import Core
import Foundation
import Testing

@testable import Queue

@Suite struct JobDefinitionTests {
  static let handlers: [JobKind] = [
    .booking, .reschedule, .cancel, .invitation, .follow, .observe, .prune, .reconcile, .poll,
  ]

  @Test func ourOwnFilesAreInOrder() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let definitions = try JobDefinitions.load(
      directory: root.appending(path: "jobs").path(), handlers: Self.handlers)
    #expect(
      definitions.all.map(\.kind) == [
        .booking, .cancel, .follow, .invitation, .observe, .poll, .prune, .reconcile, .reschedule,
      ])
    let booking = definitions[.booking]
    #expect(booking.maxAttempts == 40)
    #expect(
      booking.retry[.transient]
        == RetryPolicy(
          attempts: 40,
          backoff: Backoff(base: .seconds(1), factor: 2, cap: .seconds(300), jitter: 0.5)))
    #expect((booking.timeout, booking.lease) == (.seconds(30), .seconds(60)))
    #expect(Set(booking.retry.keys) == [.transient, .throttled, .unknownOutcome])
    #expect(definitions[.cancel].supersedes == [.booking, .reschedule])
    #expect(definitions[.cancel].voids == .booking)
    #expect(definitions[.prune].schedule == Schedule(every: .seconds(600), catchUp: .once))
  }

  @Test func reportsEveryProblemOfEveryFile() {
    let booking = Self.booking
      .replacing("timeoutSeconds: 30", with: "timeout: 30")
      .replacing("jitter: 0.5", with: "jitter: 5")
      .replacing("priority: 0", with: "priority: 0, priority: 1")
    let cancel = "{ kind: 'cancel', }\n}"
    #expect(
      problems(
        ["booking": booking, "cancel": cancel, "link": Self.booking],
        [.booking, .cancel, .invitation])
        == [
          #"jobs/booking.json5:4: the key "priority" appears twice in one object"#,
          "jobs/booking.json5:6: retry.transient.jitter must be from 0.0 to 1.0, is 5.0",
          "jobs/booking.json5:1: timeoutSeconds is required",
          #"jobs/booking.json5:7: timeout is no field here; did you mean "timeoutSeconds"?"#,
          #"jobs/cancel.json5:2: expected the document's end, found "}""#,
          "jobs/link.json5: has no handler in this program",
          #"jobs/link.json5:2: kind must be the file's name, "link""#,
          "jobs/invitation.json5: is missing: its handler needs it",
        ])
  }

  @Test(arguments: [
    (
      "leaseSeconds: 60", "leaseSeconds: 30",
      "7: leaseSeconds must be longer than timeoutSeconds (30)"
    ),
    (
      "capSeconds: 300", "capSeconds: 0.5",
      "6: retry.transient.capSeconds must not be less than baseSeconds (1.0)"
    ),
    ("attempts: 12", "attempts: 0", "6: retry.transient.attempts must be 1 to 100, is 0"),
    (
      "attempts: 12", "attempts: 1.5",
      "6: retry.transient.attempts must be a whole number, written without fraction or exponent"
    ),
    (
      "attempts: 12", "attempts: 12, withinSeconds: 0",
      "6: retry.transient.withinSeconds must be 1 to 2592000, is 0"
    ),
    (
      "transient:", "transiet:",
      "6: retry.transiet is no class of errors: transient, throttled, conflict, unknownOutcome"
    ),
    ("transient:", "permanent:", "6: retry.permanent must not stand here: to retry it cannot help"),
    (
      "transient:", "needsOwner:",
      "6: retry.needsOwner must not stand here: to retry it cannot help"
    ),
    (
      "keepDays:", "supersedes: ['cancel'], voids: 'booking', keepDays:",
      "8: voids must be one of those that it supersedes"
    ),
    (
      "keepDays:", "schedule: { everySeconds: 1, catchUp: 'once' }, keepDays:",
      "8: schedule.everySeconds must be 2 to 604800, is 1"
    ),
    (
      "keepDays:", "schedule: { everySeconds: 600, catchUp: 'twice' }, keepDays:",
      #"8: schedule.catchUp must be one of "skip", "once""#
    ),
    (
      "type: 'string'", "type: 'choice'",
      "10: payload.fields.bookingId.choices is required for a choice"
    ),
    (
      "type: 'string'", "type: 'text'",
      #"10: payload.fields.bookingId.type must be one of "string", "integer", "choice""#
    ),
    ("keepDays: {", "keepDays: { forever: true,", "8: keepDays.forever is no field here"),
    ("description: 'd'", "description: ''", "3: description must not be empty"),
  ])
  func namesTheKeyAndTheRule(from: String, to: String, problem: String) {
    let text = Self.booking.replacing(from, with: to)
    #expect(problems(["booking": text], [.booking]) == ["jobs/booking.json5:" + problem])
  }

  @Test func aFolderThatIsNotThereIsAProblem() {
    let problem = FileProblem(file: "/nowhere/jobs", detail: "cannot be read")
    #expect(throws: JobDefinitions.Problems(problems: [problem])) {
      try JobDefinitions.load(directory: "/nowhere/jobs", handlers: [])
    }
  }

  @Test func refusesAPayloadThatNobodyCouldRun() throws {
    let payload = PayloadDefinition(
      version: 1,
      fields: [
        .init(name: "bookingId", type: .string, isRequired: true),
        .init(name: "revision", type: .integer, isRequired: true),
        .init(name: "message", type: .choice(["moved", "cancelled"]), isRequired: false),
      ])
    try payload.check(["version": 1, "bookingId": "bkg_1", "revision": 0, "message": "moved"])
    try payload.check(["version": 1, "bookingId": "bkg_1", "revision": 0])

    let problems = #expect(throws: FieldProblems.self) {
      try payload.check(["version": 2, "bookingID": "x", "revision": "0", "message": "canceled"])
    }
    #expect(
      problems?.problems.map(\.description) == [
        "#/version must be 1, is 2", "#/bookingId is required",
        "#/revision must be a whole number, is a string",
        ##"#/message must be one of "moved", "cancelled"; did you mean "cancelled"?"##,
        ##"#/bookingID is no field here; did you mean "bookingId"?"##,
      ])
  }

  private func problems(_ files: KeyValuePairs<String, String>, _ handlers: [JobKind]) -> [String] {
    do throws(JobDefinitions.Problems) {
      let files = files.map {
        JobDefinitions.File(path: "jobs/\($0.key).json5", bytes: Array($0.value.utf8))
      }
      _ = try JobDefinitions.load(files, directory: "jobs", handlers: handlers)
      return []
    } catch {
      return error.problems.map(\.description)
    }
  }

  private static let booking = """
    {
      kind: 'booking',
      description: 'd',
      queue: 'calendar', priority: 0,

      retry: { transient: { attempts: 12, baseSeconds: 1, factor: 2, capSeconds: 300, jitter: 0.5 } },
      timeoutSeconds: 30, leaseSeconds: 60,
      keepDays: { completed: 30, discarded: 180 },
      payload: { version: 1, fields: {
        bookingId: { type: 'string', required: true },
      } },
    }
    """
}
