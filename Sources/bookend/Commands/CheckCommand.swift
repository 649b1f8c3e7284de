import Core
import Foundation
import HTTPClient
import Queue
import SQLite
import Store

/// `bookend check`: everything that `serve` would stumble over, all at once, and nothing is started or
/// changed. (The settings themselves are checked before any command runs.)
struct CheckCommand {
  private let configuration: Configuration
  private let command: ParsedCommand

  init(_ configuration: Configuration, _ command: ParsedCommand) {
    self.configuration = configuration
    self.command = command
  }

  func run() throws -> ExitCode {
    let definitions = checkDefinitions()
    let zones = checkZones()
    let database = checkDatabase()
    let mail = checkMailSettings()
    let server = mail.isEmpty ? checkMailServer() : []
    let problems = definitions + zones + mail + database + server
    if command.flags.contains("--json") {
      Output.json {
        $0.object {
          $0.field("ok", problems.isEmpty)
          $0.array("problems", problems) { $0.value($1) }
        }
      }
    } else {
      problems.forEach { Output.complain($0) }
      if problems.isEmpty { Output.line("everything is in order") }
    }
    if !(definitions + zones + mail).isEmpty { return .configuration }
    return (database + server).isEmpty ? .success : .unavailable
  }

  private func checkDefinitions() -> [String] {
    do throws(JobDefinitions.Problems) {
      _ = try JobDefinitions.load(
        directory: configuration.jobs.directory, handlers: Installation.kinds)
      return []
    } catch {
      return error.problems.map { "\($0)" }
    }
  }

  private func checkZones() -> [String] {
    let directory = configuration.time.zoneinfoDirectory
    do {
      _ = try ZoneDatabase(directory: directory).zone("Europe/Berlin")
      return []
    } catch {
      return ["time.zoneinfoDirectory: no time zones in \(directory) (Debian's package tzdata)"]
    }
  }

  private func checkMailSettings() -> [String] {
    do {
      _ = try configuration.mail.identity()
      if configuration.mail.transport == .smtp { _ = try configuration.mail.smtpOptions() }
      return []
    } catch {
      return ["\(error)"]
    }
  }

  /// Whether the mail server would take mail from us, as far as can be told without sending any.
  private func checkMailServer() -> [String] {
    let mail = configuration.mail
    guard mail.transport == .smtp, let options = try? mail.smtpOptions() else { return [] }
    let place = "mail.smtpHost: \(mail.smtpHost):\(mail.smtpPort)"
    do throws(SMTPError) {
      try SMTPClient(options).probe()
      return []
    } catch {
      switch error {
      case .notSent(let reason): return ["\(place) is not reached: \(reason)"]
      case .insecure(let reason):
        return ["mail.smtpSecurity: no safe connection to \(mail.smtpHost): \(reason)"]
      case .unauthorized(let reply):
        let codes = reply.map { " (\($0.codes))" } ?? ""
        return ["mail.smtpUser: the server does not accept name and password\(codes)"]
      case .refused(let reply): return ["\(place) refuses us: \(reply.codes)"]
      case .busy, .invalid, .mayBeTaken: return ["\(place): \(error)"]
      }
    }
  }

  /// Reads every page, whatever the size: that is what one asks `check` for.
  private func checkDatabase() -> [String] {
    let path = "\(configuration.data.directory)/bookend.db"
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    do {
      let timeout = configuration.database.busyTimeout
      try Database.examine(path: path, migrator: schema, busyTimeout: timeout)
      let connection = try SQLiteConnection(path: path, access: .readOnly, busyTimeout: timeout)
      try Database.checkPages(connection)
      return []
    } catch {
      return ["\(path): \(error)"]
    }
  }
}

/// `bookend migrate`: the schema only.
struct MigrateCommand {
  private let configuration: Configuration

  init(_ configuration: Configuration) { self.configuration = configuration }

  func run() throws -> ExitCode {
    let folder = try DataFolder(configuration.data.directory)
    let connection: SQLiteConnection
    let applied: [Int]
    do {
      try Database.examine(
        path: folder.database, migrator: schema, busyTimeout: configuration.database.busyTimeout)
      connection = try SQLiteConnection(
        path: folder.database, access: .readWrite,
        busyTimeout: configuration.database.busyTimeout)
      try connection.useWriteAheadLog()
      applied = try schema.migrate(connection)
    } catch {
      throw CommandRefusal(.unavailable, "\(folder.database): \(error)")
    }
    let version = schema.newestVersion
    Output.line(
      applied.isEmpty
        ? "\(folder.database) is at version \(version) already"
        : "\(folder.database) is at version \(version) now")
    return .success
  }
}
