import Foundation
import Synchronization

/// A real CalDAV server: Radicale on loopback, with a folder of its own and one account. It ends with
/// `stop`, and at the latest with the process that started it.
package final class RadicaleServer: Sendable {
  package let url: String
  package let username = "alex"
  package let password = "not-to-be-logged"

  private let folder: URL
  private let process: Process
  /// Radicale ends when this closes, and takes its folder along: neither outlives a test that crashes.
  private let lifeline: Pipe

  /// Returns when the server listens.
  package init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "radicale-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try "\(username):\(password)\n".write(
      to: folder.appending(path: "users"), atomically: true, encoding: .utf8)
    let config = folder.appending(path: "config")
    try RadicaleServer.configuration(folder: folder.path).write(
      to: config, atomically: true, encoding: .utf8)

    process = Process()
    process.executableURL = PythonEnvironment.python
    process.arguments = ["-c", RadicaleServer.launcher, "--config", config.path]
    lifeline = Pipe()
    process.standardInput = lifeline
    process.standardOutput = FileHandle.nullDevice
    let log = Pipe()
    process.standardError = log
    try process.run()
    let port = try RadicaleServer.port(in: log.fileHandleForReading)
    url = "http://127.0.0.1:\(port)"
    Thread.detachNewThread {
      // A full pipe would stop the server.
      while let more = try? log.fileHandleForReading.read(upToCount: 4096), !more.isEmpty {}
    }
  }

  package func stop() {
    try? lifeline.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  /// Makes a calendar and returns its URL. `properties` are Radicale's, such as `C:calendar-timezone`.
  package func makeCalendar(
    _ name: String, properties: [String: String] = [:]
  ) throws -> String {
    let collection = self.collection(name)
    try FileManager.default.createDirectory(at: collection, withIntermediateDirectories: true)
    let all = properties.merging(
      ["tag": "VCALENDAR", "D:displayname": name, "C:supported-calendar-component-set": "VEVENT"]
    ) { given, _ in given }
    try JSONEncoder().encode(all).write(to: collection.appending(path: ".Radicale.props"))
    return "\(url)/\(username)/\(name)/"
  }

  /// The objects of a calendar as they lie on disk, by file name.
  package func objects(in calendar: String) throws -> [String: String] {
    let names = try FileManager.default.contentsOfDirectory(atPath: collection(calendar).path)
    var objects: [String: String] = [:]
    for name in names where name.hasSuffix(".ics") {
      objects[name] = try String(
        contentsOf: collection(calendar).appending(path: name), encoding: .utf8)
    }
    return objects
  }

  private func collection(_ name: String) -> URL {
    folder.appending(path: "collections/collection-root/\(username)/\(name)")
  }

  private static func configuration(folder: String) -> String {
    """
    [server]
    hosts = 127.0.0.1:5232
    [auth]
    type = htpasswd
    htpasswd_filename = \(folder)/users
    htpasswd_encryption = plain
    delay = 0
    [rights]
    type = owner_only
    [storage]
    type = multifilesystem
    filesystem_folder = \(folder)/collections
    [web]
    type = none
    [logging]
    level = info
    """
  }

  /// Radicale's configuration knows no port that the system chooses; its socket does.
  private static let launcher = """
    import os, shutil, sys, threading
    def follow():
        sys.stdin.read()
        shutil.rmtree(os.path.dirname(sys.argv[-1]), ignore_errors=True)
        os._exit(0)
    threading.Thread(target=follow, daemon=True).start()
    from radicale import server
    from radicale.__main__ import run
    bind = server.ParallelHTTPServer.__init__
    server.ParallelHTTPServer.__init__ = lambda self, configuration, family, address, handler: \
        bind(self, configuration, family, (address[0], 0), handler)
    run()
    """

  /// Reads the log up to the line in which the server names the port that the system gave it.
  private static func port(in log: FileHandle) throws -> Int {
    var said = ""
    while let byte = try log.read(upToCount: 1), !byte.isEmpty {
      said += String(decoding: byte, as: UTF8.self)
      guard said.hasSuffix("\n") else { continue }
      let line = said.split(separator: "\n").last ?? ""
      if line.contains("Listening on"), let address = line.firstRange(of: "127.0.0.1:") {
        let digits = line[address.upperBound...].prefix(while: \.isNumber)
        if let port = Int(digits) { return port }
      }
    }
    throw RadicaleError.didNotStart(said)
  }
}

package enum RadicaleError: Error {
  /// With what it said.
  case didNotStart(String)
}
