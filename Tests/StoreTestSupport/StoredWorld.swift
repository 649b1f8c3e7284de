import Bookings
import Core
import Dispatch
import Intake
import Queue
import SQLite
import Store
import TestSupport

import struct Foundation.URL

/// A store on a file of its own, with a host who has two calendars in two accounts, and Intake in front of
/// it; both clocks are turned by hand. It begins on Monday, 2 March 2026, at 08:00 UTC.
package final class StoredWorld: Sendable {
  package let time: HandTurnedTime
  package let busy: ScriptedBusyTimes
  package let definitions: JobDefinitions
  package let database: Database
  package let store: Store
  package let intake: Intake
  package let folder: TemporaryFolder

  package static let organization = OrganizationID("org_1")
  package static let host = HostRecord(
    id: HostID("hst_1"), organization: organization, name: "Alex Host", email: "alex@host.example",
    timeZone: "UTC")
  package static let work = Calendar(
    id: CalendarID("cal_work"), connection: ConnectionID("con_work"), remoteID: "work",
    name: "Work", timeZone: "UTC", isWritable: true)
  package static let home = Calendar(
    id: CalendarID("cal_home"), connection: ConnectionID("con_home"), remoteID: "home",
    name: "Home", timeZone: "UTC", isWritable: true)

  package struct Options: Sendable {
    package var writer = GroupCommitWriter.Options()
    /// On a file system in memory: for many short histories that are not about the disk.
    package var inMemory = false
    package var randomness = Randomness()
    /// Lanes that let everything through until their owner has to act.
    package var lanePolicy: @Sendable (_ provider: String) -> LanePolicy? = {
      $0 == Connection.Provider.local.rawValue
        ? nil : LanePolicy(concurrency: 100, failuresToOpen: 1_000_000)
    }
    package var lastWords: LastWords = { _, _, _ in nil }
    package init() {}
  }

  private let options: Options

  package convenience init(writer: GroupCommitWriter.Options = .init()) throws {
    var options = Options()
    options.writer = writer
    try self.init(options)
  }

  package convenience init(_ options: Options) throws {
    try self.init(
      folder: TemporaryFolder(inMemory: options.inMemory),
      time: HandTurnedTime(instant("2026-03-02T08:00:00Z")), busy: ScriptedBusyTimes(), options)
    try addAccounts()
  }

  private init(
    folder: TemporaryFolder, time: HandTurnedTime, busy: ScriptedBusyTimes, _ options: Options
  ) throws {
    self.folder = folder
    self.time = time
    self.busy = busy
    self.options = options
    let definitions = try StoredWorld.definitions.get()
    self.definitions = definitions
    var settings = Database.Options()
    settings.writer = options.writer
    database = try Database(
      path: "\(folder.path)/bookend.db", migrator: schema, time: time, options: settings)
    store = try Store(
      database: database, lockDirectory: "\(folder.path)/locks",
      bootID: base32hex(options.randomness.bytes(10)), randomness: options.randomness,
      policy: { definitions.definition(of: $0)?.enqueuePolicy ?? .unknown },
      lanePolicy: options.lanePolicy, lastWords: options.lastWords)
    intake = Intake(
      ledger: store, busyTimes: busy, zones: ZoneDatabase(), time: time,
      randomness: options.randomness)
  }

  deinit {
    // The last reference may go on the writer's own thread, which must not wait for itself.
    DispatchQueue(label: "closing").async { [store, folder] in
      withExtendedLifetime(folder) { store.close() }
    }
  }

  /// The process dies and another one opens the same file: nothing survives but what is on the disk.
  package func restarted() throws -> StoredWorld {
    store.close()
    return try another()
  }

  /// Another process on the same file, while this one lives.
  package func another() throws -> StoredWorld { try opened(in: folder) }

  /// Another process on the files in that folder.
  package func opened(in folder: TemporaryFolder) throws -> StoredWorld {
    try StoredWorld(folder: folder, time: time, busy: busy, options)
  }

  /// Read once: the files do not change while tests run.
  private static let definitions = Result {
    try JobDefinitions.load(
      directory: checkout.appending(path: "jobs").path,
      handlers: [
        .booking, .reschedule, .cancel, .invitation, .follow, .observe, .prune, .reconcile, .poll,
      ])
  }

  private static let checkout = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private func addAccounts() throws {
    try store.insertOrganization(StoredWorld.organization, name: "Host & Co.")
    try store.insert(StoredWorld.host)
    for calendar in [StoredWorld.work, StoredWorld.home] {
      let connection = Connection(
        id: calendar.connection, organization: StoredWorld.organization,
        host: StoredWorld.host.id, provider: .caldav, name: calendar.name, url: "", username: "",
        state: .connected, createdAt: time.now())
      try store.insert(connection, secret: nil, calendars: [calendar])
    }
  }
}

// MARK: - Links

extension LinkSettings {
  /// Half an hour on a grid of half hours, at any time of any day, 60 days ahead.
  package static func open(
    durations: [Int] = [30], step: Int = 30, bufferBefore: Int = 0, bufferAfter: Int = 0,
    notice: Int = 0, days: Int = 60, reminders: [Int] = []
  ) -> LinkSettings {
    LinkSettings(
      title: "Intro call", durationsMinutes: durations, slotIntervalMinutes: step,
      bufferBeforeMinutes: bufferBefore, bufferAfterMinutes: bufferAfter,
      minimumNoticeMinutes: notice, visibility: .rollingDays(days), timeZone: "UTC",
      weekly: [WeeklyWindow(days: Set(Weekday.allCases), fromMinute: 0, toMinute: 1440)],
      remindersMinutes: reminders)
  }
}

extension StoredWorld {
  @discardableResult
  package func addLink(
    _ slug: String = "intro", kind: Link.Kind = .recurring, _ settings: LinkSettings = .open(),
    destination: Calendar = StoredWorld.work, conflicts: [Calendar] = []
  ) throws -> Link {
    let link = Link(
      id: LinkID("lnk_\(slug)"), organization: StoredWorld.organization,
      host: LinkHost(
        id: StoredWorld.host.id, name: StoredWorld.host.name, email: StoredWorld.host.email),
      slug: slug, kind: kind, settings: settings, destination: destination.id,
      conflicts: conflicts.map(\.id), createdAt: time.now(), updatedAt: time.now())
    try store.insert(link)
    return link
  }

  package func link(_ slug: String = "intro") throws -> Link {
    guard let link = try store.link(LinkID("lnk_\(slug)")) else { throw NotThere(what: slug) }
    return link
  }

  /// What a later version's editor would do: another state, the revision raised.
  package func setState(_ state: Link.State, of slug: String = "intro") throws {
    try run(
      "UPDATE links SET state = '\(state.rawValue)', revision = revision + 1 WHERE slug = '\(slug)'"
    )
  }
}

package struct NotThere: Error {
  package let what: String
}

// MARK: - What is in the file

extension StoredWorld {
  package func booking(_ id: BookingID) throws -> Booking {
    guard let booking = try store.booking(id) else { throw NotThere(what: id.text) }
    return booking
  }

  package func bookings() throws -> [Booking] {
    try store.bookings(BookingQuery(organization: StoredWorld.organization, limit: 1000))
  }

  /// Oldest first.
  package func jobs(_ kind: JobKind? = nil) throws -> [JobRecord] {
    var query = JobQuery(organization: nil, limit: 1000)
    query.kind = kind
    return try store.jobs(query).reversed()
  }

  /// The only job of its kind.
  package func job(_ kind: JobKind) throws -> JobRecord {
    let jobs = try jobs(kind)
    guard jobs.count == 1, let job = jobs.first else {
      throw NotThere(what: "one \(kind.rawValue) job among \(jobs.count)")
    }
    return job
  }

  package func job(_ id: JobID) throws -> JobRecord {
    guard let job = try store.job(id, of: nil) else { throw NotThere(what: id.description) }
    return job
  }

  /// The time that bookings keep on the calendars.
  package func claims(
    on calendars: [Calendar] = [StoredWorld.work, StoredWorld.home]
  ) throws -> [Interval] {
    let always = Interval(start: instant("2026-01-01T00:00:00Z"), duration: .days(400))
    return try store.claims(on: calendars.map(\.id), during: always, excluding: nil)
  }

  /// The one number that a query gives.
  package func count(_ query: StaticString) throws -> Int {
    try database.readers.read { try $0.first(query) { $0.int(0) } ?? 0 }
  }

  package func run(_ sql: String) throws {
    try database.writer.perform { transaction in
      try transaction.connection.execute(sql)
    }
  }
}
