import Core
import Foundation
import HTTPClient
import Testing

struct UntrustedTLSTests {
  @Test("a certificate that nobody vouches for ends the connection before the request")
  func selfSigned() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tls-\(UUID())").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let make = try openssl([
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
      "1", "-subj", "/CN=127.0.0.1", "-keyout", "\(folder)/key", "-out", "\(folder)/certificate",
    ])
    make.process.waitUntilExit()

    let server = try openssl([
      "s_server", "-accept", "127.0.0.1:0", "-key", "\(folder)/key", "-cert",
      "\(folder)/certificate", "-www",
    ])
    // It does not heed a polite signal from here.
    defer { kill(server.process.processIdentifier, SIGKILL) }
    // It says `ACCEPT 127.0.0.1:40123` once it listens.
    var said = ""
    while !(said.hasSuffix("\n") && said.contains("ACCEPT")),
      let byte = try server.output.read(upToCount: 1), !byte.isEmpty
    {
      said += String(decoding: byte, as: UTF8.self)
    }
    let port = try #require(said.split(separator: ":").last.flatMap { Int($0.dropLast()) })

    do throws(HTTPClientError) {
      _ = try HTTPClient().send(
        HTTPRequest("PUT", "https://127.0.0.1:\(port)/", authorization: Redacted("Basic YTpi")),
        deadline: .seconds(5))
      Issue.record("the certificate was trusted")
    } catch {
      guard case .notSent(let reason) = error else {
        Issue.record("something may have been sent: \(error)")
        return
      }
      #expect(reason.contains("curl 60"))
    }
  }

  private func openssl(_ arguments: [String]) throws -> (process: Process, output: FileHandle) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/openssl")
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return (process, output.fileHandleForReading)
  }
}
