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
    let inFile = leaves(of: file)
    let inProgram = ConfigurationSetting.all.map { ($0.name, $0.value(Configuration())) }
    #expect(JSONObject(inFile) == JSONObject(inProgram))
  }

  @Test func aSectionCanLieInASection() throws {
    let file = "{ providers: { google: { apiBaseUrl: 'https://a.example/v3' } } }"
    let arguments = [ConfigurationArgument(option: "--config", value: "my.json5")]
    let files = ["my.json5": Array(file.utf8)]
    let set = try load(arguments: arguments, files: files).providers
    #expect(set.google.apiBaseUrl == "https://a.example/v3")
    #expect(set.outlook == Configuration().providers.outlook)
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
          #"my.json5:5: mail.transport must be one of "outbox""#,
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
      // What is empty by default may be left empty.
      #expect(
        problems(environment: [setting.environmentName: ""]).count == (value == "" ? 0 : 1),
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

  @Test("bearer tokens go out in the clear only where they stay on the machine")
  func providersAreReachedOverTLS() throws {
    for url in ["https://a.example/v3", "http://127.0.0.1:9/v3", "http://[::1]:9"] {
      let set = ["BOOKEND_PROVIDERS_GOOGLE_API_BASE_URL": url]
      #expect(try load(environment: set).providers.google.apiBaseUrl == url)
    }
    for url in ["http://a.example/v3", "https://a.example/", "https://a.example?b", "a.example"] {
      #expect(problems(environment: ["BOOKEND_PROVIDERS_OUTLOOK_API_BASE_URL": url]).count == 1)
    }
  }

  @Test func aTenantIsNoPath() throws {
    for tenant in ["common", "contoso.onmicrosoft.com", "8f2b7c1e-0000-4000-8000-000000000001"] {
      let set = ["BOOKEND_PROVIDERS_OUTLOOK_TENANT": tenant]
      #expect(try load(environment: set).providers.outlook.tenant == tenant)
    }
    for tenant in ["", "../x", "a/b", ".", "a b", "{tenant}"] {
      #expect(problems(environment: ["BOOKEND_PROVIDERS_OUTLOOK_TENANT": tenant]).count == 1)
    }
  }

  @Test func aSwitchIsTrueOrFalse() throws {
    let name = "BOOKEND_PROVIDERS_CALDAV_ALLOW_PRIVATE_ADDRESSES"
    #expect(try load(environment: [name: "true"]).providers.caldav.allowPrivateAddresses)
    #expect(
      problems(environment: [name: "yes"]) == ["environment \(name): must be true or false"])
  }

  @Test("a proxy's password is not printed with the configuration")
  func proxy() throws {
    let url = "http://alex:secret@proxy.example.org:3128"
    let configuration = try load(environment: ["BOOKEND_NETWORK_PROXY_URL": url])
    #expect(configuration.network.proxy?.reveal() == url)
    var printed = ""
    dump(configuration, to: &printed)
    #expect(!"\(configuration)\(printed)".contains("secret"))
    #expect(try load(environment: ["BOOKEND_NETWORK_PROXY_URL": "none"]) == Configuration())
    for url in ["proxy:3128", "socks5://proxy", "http://proxy/path", "http://"] {
      #expect(problems(environment: ["BOOKEND_NETWORK_PROXY_URL": url]).count == 1)
    }
  }

  // MARK: Sources

  private func leaves(of json: JSON, below name: String = "") -> [(String, JSON)] {
    guard let members = json.object?.members else { return [(name, json)] }
    return members.flatMap {
      leaves(of: $0.value, below: name + (name.isEmpty ? "" : ".") + $0.key)
    }
  }

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
