import Core
import Foundation
import Testing

@testable import bookend

@Suite struct ConfigurationTests {
  @Test func defaultsNeedNoSource() throws {
    #expect(try load() == Configuration())
  }

  @Test func theDefaultFileAgreesWithTheProgramKeyForKey() throws {
    let file = try JSONDocument(bytes(of: "default.json5")).value
    let inFile = (file.object?.members ?? []).flatMap { section in
      (section.value.object?.members ?? []).map { ("\(section.key).\($0.key)", $0.value) }
    }
    let inProgram = ConfigurationSetting.all.map { ($0.name, $0.value(Configuration())) }
    #expect(JSONObject(inFile) == JSONObject(inProgram))
  }

  @Test(arguments: ["default.json5", "production.json5"])
  func ourFilesCanBeLoaded(name: String) throws {
    let file = try bytes(of: name)
    let configuration = try load(
      arguments: [.init(option: "--config", value: name)], files: [name: file])
    let isDefault = name == "default.json5"
    #expect(
      configuration.server.publicUrl
        == (isDefault ? "http://127.0.0.1:8080" : "https://book.example.org"))
  }

  @Test func flagBeforeEnvironmentBeforeFileBeforeDefault() throws {
    let configuration = try load(
      arguments: [
        .init(option: "--config", value: "my.json5"), .init(option: "--port", value: "4"),
        .init(option: "--set", value: "workers.count=5"),
      ],
      environment: [
        "BOOKEND_SERVER_PORT": "3", "BOOKEND_DATABASE_READERS": "3", "HOME": "/root",
        "BOOKEND_AVAILABILITY_BUSY_DEADLINE_SECONDS": "2.5",
      ],
      files: [
        "my.json5": Array(
          """
          { server: { port: 2, threads: 2 }, database: { readers: 2 }, log: { level: "debug" },
            idempotency: { keepHours: 48 } }
          """.utf8)
      ])
    #expect(configuration.server.port == 4)
    #expect(configuration.workers.count == 5)
    #expect(configuration.database.readers == 3)
    #expect(configuration.availability.busyDeadline == .milliseconds(2500))
    #expect(configuration.server.threads == 2)
    #expect(configuration.log.level == .debug)
    #expect(configuration.idempotency.keep == .hours(48))
    #expect(configuration.server.maximumConnections == 4096)
  }

  @Test func everyProblemOfEverySourceComesAtOnceAndNamesItsSource() {
    let file = """
      {
        server: { prot: 1, port: "8080", port: 1 },
        srever: {},
        log: "debug",
        mail: { from: "nobody", transport: null },
      }
      """
    #expect(
      problems(
        arguments: [
          .init(option: "--config", value: "my.json5"),
          .init(option: "--config", value: "no.json5"),
          .init(option: "--port", value: "70000"), .init(option: "--set", value: "server.port"),
          .init(option: "--set", value: "server.thread=2"),
          .init(option: "--set", value: "workers.count=many"),
          .init(option: "--log-level", value: "loud"),
        ],
        environment: ["BOOKEND_SERVER_PROT": "1", "BOOKEND_SERVER_ADDRESS": "localhost"],
        files: ["my.json5": Array(file.utf8)])
        == [
          #"my.json5:2: the key "port" appears twice in one object"#,
          "my.json5:2: server.prot is no setting; did you mean server.port?",
          "my.json5:2: server.port must be a whole number from 0 to 65535",
          "my.json5:3: srever is no section; did you mean server?",
          "my.json5:4: log must be an object, is a string",
          #"my.json5:5: mail.from must be a mail address such as "bookings@example.org""#,
          #"my.json5:5: mail.transport must be one of "outbox", "smtp""#,
          "no.json5: cannot be read",
          "environment BOOKEND_SERVER_ADDRESS: must be a numeric IP address",
          "environment BOOKEND_SERVER_PROT: is no setting; did you mean BOOKEND_SERVER_PORT?",
          "--port: must be a whole number from 0 to 65535",
          "--set: must be NAME=VALUE, such as server.port=9090",
          "--set server.thread: is no setting; did you mean server.threads?",
          "--set workers.count: must be a whole number from 1 to 256",
          #"--log-level: must be one of "debug", "info", "warning", "error""#,
        ])
  }

  @Test(arguments: [
    ("{", "my.json5:1: the document ends too early"),
    ("[]", "my.json5:1: must be an object, is an array"),
    (
      "{ availability: { staleSeconds: 30 } }",
      "availability.staleSeconds must not be less than availability.busyCacheSeconds"
    ),
    (
      "{ availability: { busyDeadlineSeconds: 0 } }",
      "my.json5:1: availability.busyDeadlineSeconds must be a number from 0.1 to 30"
    ),
    (
      "{ mail: { transport: \"smtp\" } }", "mail.transport \"smtp\" needs mail.smtpHost"
    ),
    (
      "{ mail: { smtpHost: \"mail example\" } }",
      "my.json5:1: mail.smtpHost must be a host name or an IP address, or empty"
    ),
    (
      """
      { mail: { smtpHost: "mail.example.org", smtpUser: "alex", smtpSecurity: "none" } }
      """,
      #"mail.smtpUser needs mail.smtpSecurity "startTLS" or "tls": a password does not travel in clear"#
    ),
    (
      "{ mail: { smtpTimeoutSeconds: 60 } }",
      "my.json5:1: mail.smtpTimeoutSeconds must be a number from 1 to 55"
    ),
  ])
  func refusesAFile(text: String, problem: String) {
    let arguments = [ConfigurationArgument(option: "--config", value: "my.json5")]
    #expect(problems(arguments: arguments, files: ["my.json5": Array(text.utf8)]) == [problem])
  }

  @Test func everySettingCanComeFromTheEnvironment() throws {
    for setting in ConfigurationSetting.all {
      let value = setting.value(Configuration())
      let text = value.string ?? String(decoding: value.serialized(), as: UTF8.self)
      #expect(throws: Never.self) { try load(environment: [setting.environmentName: text]) }
      let mayBeEmpty = value == .string("")
      #expect(
        problems(environment: [setting.environmentName: ""]).isEmpty == mayBeEmpty,
        "\(setting.name) takes nothing")
    }
    #expect(
      ConfigurationSetting.all.first { $0.name == "server.publicUrl" }?.environmentName
        == "BOOKEND_SERVER_PUBLIC_URL")
  }

  @Test(arguments: [
    ("127.0.0.1", "http://127.0.0.1:9"), ("0.0.0.0", "http://127.0.0.1:9"),
    ("::", "http://[::1]:9"), ("fe80::1", "http://[fe80::1]:9"),
  ])
  func thePublicUrlFollowsTheAddress(address: String, url: String) throws {
    let address = ConfigurationArgument(option: "--address", value: address)
    let port = ConfigurationArgument(option: "--port", value: "9")
    #expect(try load(arguments: [address, port]).server.publicUrl == url)
    let given = ConfigurationArgument(option: "--public-url", value: "https://a.example")
    #expect(try load(arguments: [address, port, given]).server.publicUrl == "https://a.example")
  }

  @Test(arguments: [
    "book.example.org", "ftp://a.example", "https://", "https://a.example/", "https://a.example/b",
    "https://me@a.example", "https://a.example?b", "https://a.example#b", "javascript:alert(1)",
    "https://a b",
  ])
  func refusesAPublicUrl(url: String) {
    #expect(problems(arguments: [.init(option: "--public-url", value: url)]).count == 1)
  }

  // MARK: Sources

  private func load(
    arguments: [ConfigurationArgument] = [], environment: [String: String] = [:],
    files: [String: [UInt8]] = [:]
  ) throws(ConfigurationProblems) -> Configuration {
    try Configuration.load(arguments: arguments, environment: environment) { files[$0] }
  }

  private func problems(
    arguments: [ConfigurationArgument] = [], environment: [String: String] = [:],
    files: [String: [UInt8]] = [:]
  ) -> [String] {
    do throws(ConfigurationProblems) {
      _ = try load(arguments: arguments, environment: environment, files: files)
      return []
    } catch {
      return error.problems.map(\.description)
    }
  }

  private func bytes(of name: String) throws -> [UInt8] {
    let root = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return [UInt8](try Data(contentsOf: root.appending(path: "config/\(name)")))
  }
}
