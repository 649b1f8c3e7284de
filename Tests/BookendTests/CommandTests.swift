import Bookings
import Core
import Foundation
import Queue
import Store
import TestSupport
import Testing

@testable import bookend

/// Commands as `main` runs them, on a data folder of their own: how they end, and what they leave. What they
/// print is read by the tests in Python.
@Suite struct CommandTests {
  private let folder: TemporaryFolder
  private static let checkout = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  init() throws { folder = try TemporaryFolder() }

  private var settings: [String] {
    ["--data", "\(folder.path)/data", "--set", "jobs.directory=\(Self.checkout.path)/jobs"]
  }

  private func run(_ line: String, settings: [String]? = nil) -> ExitCode {
    Program.run(line.split(separator: " ").map(String.init) + (settings ?? self.settings))
  }

  private func store<Value>(_ read: (Store) throws -> Value) throws -> Value {
    let configuration = try Configuration.load(
      arguments: [
        .init(option: "--data", value: "\(folder.path)/data"),
        .init(option: "--set", value: "jobs.directory=\(Self.checkout.path)/jobs"),
      ], environment: [:], readFile: { _ in nil })
    return try Installation.with(configuration) { try read($0.store) }
  }

  private func organization(_ store: Store) throws -> OrganizationID {
    try #require(try store.organizations().first?.id)
  }

  private func links() throws -> [Link] {
    try store { try $0.links(LinkQuery(organization: try organization($0), limit: 100)) }
  }

  @Test func aLinkNeedsACalendarAndThenIsThere() throws {
    #expect(run("links create --title Coffee") == .failure)
    #expect(run("connections add --provider local --owner-name Alex --time-zone UTC") == .success)
    #expect(run("links create --title Coffee --slug coffee --duration 45 --json") == .success)
    let link = try #require(try links().first)
    #expect(link.slug == "coffee")
    #expect(link.settings.durationsMinutes == [45])
    #expect(link.kind == .recurring && link.state == .active)

    #expect(run("links create --title Tea --slug coffee") == .failure)
    #expect(run("links create --title Tea --kind singleUse") == .success)
    #expect(try links().count == 2)
    #expect(run("links delete \(link.id)") == .success)
    #expect(run("links delete \(link.id)") == .failure)
    #expect(try links().map(\.kind) == [.singleUse])
    #expect(run("links list --json") == .success)
  }

  @Test(arguments: [
    "--duration soon", "--duration 7000", "--time-zone Nowhere/Land", "--slug UPPER", "--slug a",
    "--kind singleUse --slug chosen", "--calendar cal_other",
  ])
  func aWrongOptionIsAMatterOfUsage(_ options: String) throws {
    #expect(run("connections add --provider local") == .success)
    #expect(run("links create --title Coffee \(options)") == .usage)
    #expect(try links().isEmpty)
  }

  @Test func secretsAreTheirOwnersAlone() throws {
    #expect(run("keys create --name agent --scopes links:read,jobs:read") == .success)
    #expect(run("keys create --name agent --scopes links:read,links:shred") == .usage)
    for name in ["data", "data/keys"] {
      #expect(try permissions(of: name) == 0o700)
    }
    let keys = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/data/keys")
    #expect(!keys.isEmpty)
    for key in keys { #expect(try permissions(of: "data/keys/\(key)") == 0o600) }
  }

  private func permissions(of name: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/\(name)")
    return try #require(attributes[.posixPermissions] as? Int)
  }

  @Test func aConnectionThatCannotBeUsedIsNotKept() throws {
    #expect(run("connections add --provider caldav --url http://127.0.0.1:9/") == .usage)
    let password = try folder.write("secret\n", to: "password")
    #expect(
      run(
        "connections add --provider caldav --url http://127.0.0.1:9/ --user alex --password-file \(password)"
      ) == .unavailable)
    #expect(
      try store { try $0.connections(of: try organization($0)) }.isEmpty)
    #expect(run("connections test con_none") == .failure)
    #expect(run("connections list") == .success)
  }

  @Test func jobsThatAreNotThereAreSaidToBeMissing() throws {
    #expect(run("jobs list --json") == .success)
    #expect(run("jobs list --limit many") == .usage)
    for id in ["job_1", "one"] {
      #expect(run("jobs show \(id)") == .failure)
      #expect(run("jobs retry \(id)") == .failure)
    }
  }

  @Test func checkChangesNothingAndFindsEverything() throws {
    #expect(run("check") == .success)
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/data"))
    #expect(run("migrate") == .success)
    #expect(run("migrate") == .success)
    #expect(run("check --json") == .success)

    let jobs = "\(folder.path)/jobs"
    try FileManager.default.copyItem(atPath: "\(Self.checkout.path)/jobs", toPath: jobs)
    try FileManager.default.removeItem(atPath: "\(jobs)/cancel.json5")
    let broken = ["--data", "\(folder.path)/data", "--set", "jobs.directory=\(jobs)"]
    #expect(run("check", settings: broken) == .configuration)
    #expect(run("jobs list", settings: broken) == .configuration)
    #expect(
      run("check", settings: settings + ["--set", "time.zoneinfoDirectory=/nowhere"])
        == .configuration)
    #expect(run("check", settings: settings + ["--workers", "0"]) == .configuration)
  }

  @Test func aFileThatIsNoDatabaseIsLeftAlone() throws {
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/data", withIntermediateDirectories: true)
    let text = String(repeating: "Dear diary, ", count: 100)
    let file = try folder.write(text, to: "data/bookend.db")
    for command in ["check", "migrate", "links list"] { #expect(run(command) == .unavailable) }
    #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
  }
}
