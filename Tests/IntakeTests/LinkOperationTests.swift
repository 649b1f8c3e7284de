import Bookings
import Core
import Queue
import StoreTestSupport
import Testing

/// What is done to links is recorded as jobs that have ended, by a definition like every other kind's.
struct LinkOperationTests {
  @Test("each operation is a job that its definition describes", arguments: [true, false])
  func recorded(_ isReopened: Bool) throws {
    let world = try StoredWorld()
    var link = try world.addLink("once", kind: .singleUse)
    if isReopened {
      try world.book("2026-03-10T17:00:00Z", on: "once")
      _ = try world.store.reopenLink(
        Reopening(
          link: link.id, organization: link.organization, host: nil, by: "commandLine",
          revision: nil), request: nil
      ) { _ in [] }
    } else {
      link.state = .paused
      link.revision += 1
      _ = try world.store.keep(
        link, replacing: link.revision - 1, as: LinkOperation(.pause, by: "key_1"))
    }
    let job = try #require(try world.jobs(.link).first)
    #expect(job.state == .completed && job.queue == "links")
    let definition = world.definitions[.link]
    #expect(definition.carriedOutBy == .request)
    let payload = try JSON.parse(Array(job.payload.utf8))
    try definition.payload.check(payload)
    #expect(payload["operation"]?.string == (isReopened ? "reopen" : "pause"))
    #expect(payload["by"]?.string == (isReopened ? "commandLine" : "key_1"))
  }

  @Test func theDefinitionNamesEveryOperation() throws {
    let world = try StoredWorld()
    let field = world.definitions[.link].payload.fields.first { $0.name == "operation" }
    #expect(field?.type == .choice(LinkOperation.Verb.allCases.map(\.rawValue)))
  }
}
