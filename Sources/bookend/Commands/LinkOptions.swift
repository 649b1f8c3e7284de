import Bookings
import Core
import Foundation

/// The settings that the command line gives a link: those of `--settings FILE`, which takes every one in the
/// interface's own words, and over them the few that have options.
struct LinkOptions {
  private let command: ParsedCommand

  /// A link's settings have two kilobytes, a thousand overrides a hundred.
  private static let maximumFileBytes = 256 << 10

  init(_ command: ParsedCommand) { self.command = command }

  /// - Parameter base: What the link has already; empty for a new one.
  func settings(
    over base: JSONObject, zone: String, _ installation: Installation
  ) throws -> LinkSettings {
    var merged = base
    for (name, value) in try given().members {
      if case .null = value { merged[name] = nil } else { merged[name] = value }
    }
    do throws(FieldProblems) {
      return try FieldReader.read(.object(merged)) { fields in
        let settings = LinkSettings(reading: fields, defaultTimeZone: zone)
        for problem in settings?.problems(zones: installation.zones) ?? [] {
          let names = problem.pointer.dropFirst(2).split(separator: "/").map(String.init)
          if names.first.map(fields.isAtFault) == true { continue }
          fields.report(names.reduce(.root) { $0.appending(key: $1) }, problem.detail)
        }
        return settings
      }
    } catch {
      throw CommandRefusal(.usage, error.problems.map(\.description).joined(separator: "; "))
    }
  }

  private func given() throws -> JSONObject {
    var given = try command.options["--settings"].map(read) ?? JSONObject()
    if let title = command.options["--title"] { given["title"] = .string(title) }
    if let zone = command.options["--time-zone"] { given["timeZone"] = .string(zone) }
    if let text = command.options["--duration"] {
      guard let minutes = Int64(text) else {
        throw CommandRefusal(.usage, "--duration must be a number of minutes, is \(text)")
      }
      given["durationsMinutes"] = [.integer(minutes)]
      given["slotIntervalMinutes"] = .integer(minutes)
    }
    return given
  }

  private func read(_ file: String) throws -> JSONObject {
    let data =
      file == "-"
      ? try? FileHandle.standardInput.readToEnd() ?? Data()
      : FileManager.default.contents(atPath: file)
    guard let data else { throw CommandRefusal(.usage, "--settings: \(file) cannot be read") }
    let json: JSON
    do throws(JSONError) {
      let limits = JSON.Limits(maximumBytes: Self.maximumFileBytes)
      json = try JSON.parse([UInt8](data), syntax: .json5, limits: limits)
    } catch {
      throw CommandRefusal(.usage, "--settings: \(file):\(error.line): \(error.detail)")
    }
    guard let object = json.object else {
      throw CommandRefusal(.usage, "--settings: \(file) must hold an object")
    }
    return object
  }

  static func check(slug: String, _ kind: Link.Kind) throws {
    guard kind == .recurring else {
      throw CommandRefusal(.usage, "--slug is for recurring links: others must not be guessed")
    }
    if let problem = Slug.problem(slug) { throw CommandRefusal(.usage, "--slug \(problem)") }
  }
}
