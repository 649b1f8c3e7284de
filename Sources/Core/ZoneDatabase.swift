import Foundation
import Synchronization

/// The time zones that the system has installed, read from its TZif files when first asked for.
///
/// Foundation carries rules of its own, which are older than the system's and wrong for some zones today.
/// A zone once read is kept for the life of this object, so that all of a process agrees; after an
/// update of tzdata a restart makes the new rules count.
package final class ZoneDatabase: Sendable {
  /// Where Debian and most others keep them.
  package static let systemDirectory = "/usr/share/zoneinfo"

  /// What the installed rules call themselves, such as `2026f`; `unknown` if they do not say.
  package let version: String

  let directory: String
  private let known: Mutex<[String: Zone]>

  package init(directory: String = ZoneDatabase.systemDirectory) {
    self.directory = directory
    version = ZoneDatabase.version(in: directory)
    // UTC needs no rules and must not depend on them.
    known = Mutex(["UTC": .utc, "Etc/UTC": Zone(name: "Etc/UTC", periods: .utc)])
  }

  /// The zone of an IANA name. Names are as the files are: case matters and aliases are fine.
  package func zone(_ name: String) throws(ZoneError) -> Zone {
    if let zone = known.withLock({ $0[name] }) { return zone }
    guard ZoneDatabase.isPlausible(name) else { throw .unknown(name) }
    let zone = try read(name)
    known.withLock { $0[name] = zone }
    return zone
  }

  /// Guests send names too: only what a zone's name is made of reaches the file system.
  private static func isPlausible(_ name: String) -> Bool {
    let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return name.utf8.count <= longestName
      && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(isOfNames) }
      && !["posix", "right"].contains(String(decoding: parts[0], as: UTF8.self))
      && !["localtime", "posixrules", "Factory"].contains(name)
  }

  /// Twice the longest name there is.
  private static let longestName = 64

  /// `Etc/GMT+5`, `America/Port-au-Prince`, `Africa/El_Aaiun`: letters, digits and three signs, no dot.
  private static func isOfNames(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "+"),
      UInt8(ascii: "-"):
      true
    default: false
    }
  }

  private func read(_ name: String) throws(ZoneError) -> Zone {
    let path = "\(directory)/\(name)"
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory),
      !isDirectory.boolValue
    else { throw .unknown(name) }
    guard let bytes = ZoneDatabase.bytes(at: path, atMost: ZoneFile.longest + 1) else {
      throw .unreadable(name)
    }
    do {
      return Zone(name: name, periods: try ZoneFile.periods(of: bytes))
    } catch .notZoneFile {
      // Tables lie beside the zones.
      throw .unknown(name)
    } catch {
      throw .corrupt(name, error)
    }
  }

  private static func bytes(at path: String, atMost count: Int) -> [UInt8]? {
    guard let file = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? file.close() }
    guard let data = try? file.read(upToCount: count) ?? Data() else { return nil }
    return Array(data)
  }

  /// From the first line of tzdata.zi: `# version 2026f`.
  private static func version(in directory: String) -> String {
    let prefix = "# version "
    guard let bytes = bytes(at: "\(directory)/tzdata.zi", atMost: 64),
      let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first,
      line.hasPrefix(prefix)
    else { return "unknown" }
    return String(line.dropFirst(prefix.count))
  }
}
