import Core
import Foundation
import Web

/// One setting: its name and unit in files, what it may be, and where it lives in `Configuration`.
struct ConfigurationSetting {
  /// `server.port`.
  let name: String
  /// What a text from the environment or a flag is read as.
  let textIs: TextMeaning
  let value: (Configuration) -> JSON
  /// Sets the value, or answers what it must be.
  let set: (JSON, inout Configuration) -> String?

  enum TextMeaning {
    case string
    /// A number, `true` or `false`.
    case json
    /// JSON, or the members between commas.
    case list
  }

  /// In the order of `config/default.json5`.
  static var all: [ConfigurationSetting] {
    [
      text("server.address", \.server.address, "a numeric IP address", isAddress),
      integer("server.port", \.server.port, in: 0...65_535),
      publicUrl,
      integer("server.threads", \.server.threads, in: 1...64),
      integer("server.maximumConnections", \.server.maximumConnections, in: 1...100_000),
      integer("server.maximumBodyBytes", \.server.maximumBodyBytes, in: 1024...(1 << 20)),
      integer("server.maximumHeaderBytes", \.server.maximumHeaderBytes, in: 1024...(1 << 16)),
      // Thirty seconds is the longest `Prefer: wait` that we honour: to hang up earlier breaks it.
      duration("server.idleTimeoutSeconds", \.server.idleTimeout, in: 31...3600),
      duration("server.requestTimeoutSeconds", \.server.requestTimeout, in: 5...3600),
      duration("server.drainSeconds", \.server.drain, in: 0...600),
      // Proxies commonly close what is silent for a minute.
      duration("server.eventHeartbeatSeconds", \.server.eventHeartbeat, in: 0.1...55),
      networks("server.trustedProxies", \.server.trustedProxies),
      path("data.directory", \.data.directory),
      duration("database.busyTimeoutSeconds", \.database.busyTimeout, in: 0...60),
      integer("database.mailboxUnits", \.database.mailboxUnits, in: 1...1_000_000),
      integer("database.batchUnits", \.database.batchUnits, in: 1...10_000),
      integer("database.checkpointPages", \.database.checkpointPages, in: 100...1_000_000),
      integer("database.readers", \.database.readers, in: 1...64),
      choice("database.synchronous", \.database.synchronous),
      integer("workers.count", \.workers.count, in: 1...256),
      duration("workers.shutdownSeconds", \.workers.shutdown, in: 0...600),
      integer("lanes.caldavConcurrency", \.lanes.caldavConcurrency, in: 1...256),
      number("lanes.caldavPerSecond", \.lanes.caldavPerSecond, in: 0.01...10_000),
      integer("lanes.googleConcurrency", \.lanes.googleConcurrency, in: 1...256),
      number("lanes.googlePerSecond", \.lanes.googlePerSecond, in: 0.01...10_000),
      integer("lanes.outlookConcurrency", \.lanes.outlookConcurrency, in: 1...256),
      number("lanes.outlookPerSecond", \.lanes.outlookPerSecond, in: 0.01...10_000),
      integer("lanes.mailConcurrency", \.lanes.mailConcurrency, in: 1...256),
      number("lanes.mailPerSecond", \.lanes.mailPerSecond, in: 0.01...10_000),
      integer("lanes.failuresToOpen", \.lanes.failuresToOpen, in: 1...1000),
      duration("lanes.openSeconds", \.lanes.open, in: 0.1...3600),
      duration("lanes.longestOpenSeconds", \.lanes.longestOpen, in: 1...86_400),
      // What is older than a minute is not what the calendar says now.
      duration("availability.busyCacheSeconds", \.availability.busyCache, in: 0...60),
      duration("availability.busyDeadlineSeconds", \.availability.busyDeadline, in: 0.1...30),
      duration("availability.staleSeconds", \.availability.stale, in: 0...86_400),
      duration("following.graceSeconds", \.following.grace, in: 0...3600),
      duration("following.caldavPollSeconds", \.following.caldavPoll, in: 1...86_400),
      duration("following.googlePollSeconds", \.following.googlePoll, in: 1...86_400),
      duration("following.outlookPollSeconds", \.following.outlookPoll, in: 1...86_400),
      integer("limits.perAddressAndLinkPerHour", \.limits.perAddressAndLink, in: 1...1_000_000),
      integer("limits.perEmailPerHour", \.limits.perEmail, in: 1...1_000_000),
      integer("limits.perLinkPerHour", \.limits.perLink, in: 1...1_000_000),
      proxyUrl,
    ] + providers + [
      optionalPath("secrets.keyFile", \.secrets.keyFile),
      choice("mail.transport", \.mail.transport),
      text("mail.from", \.mail.from, "a mail address such as \"bookings@example.org\"", isMailbox),
      choice("mail.author", \.mail.author),
      text(
        "mail.smtpHost", \.mail.smtpHost, "a host name or an IP address, or empty",
        isHostOrEmpty),
      integer("mail.smtpPort", \.mail.smtpPort, in: 1...65_535),
      choice("mail.smtpSecurity", \.mail.smtpSecurity),
      text("mail.smtpUser", \.mail.smtpUser, "a name on one line, or empty", isLineOrEmpty),
      text(
        "mail.smtpPasswordFile", \.mail.smtpPasswordFile, "a path, or empty", isLineOrEmpty),
      text(
        "mail.smtpCertificateFile", \.mail.smtpCertificateFile, "a path, or empty",
        isLineOrEmpty),
      // The job that sends has sixty seconds (jobs/invitation.json5).
      duration("mail.smtpTimeoutSeconds", \.mail.smtpTimeout, in: 1...55),
      path("jobs.directory", \.jobs.directory),
      duration("idempotency.keepHours", \.idempotency.keep, in: 1...168, unit: .hours(1)),
      path("time.zoneinfoDirectory", \.time.zoneinfoDirectory),
      wallClock,
      choice("log.level", \.log.level),
    ]
  }

  /// `BOOKEND_SERVER_PUBLIC_URL` for `server.publicUrl`.
  var environmentName: String {
    name.reduce(into: ConfigurationSetting.environmentPrefix) { text, letter in
      if letter == "." {
        text += "_"
      } else {
        text += (letter.isUppercase ? "_" : "") + letter.uppercased()
      }
    }
  }

  static let environmentPrefix = "BOOKEND_"

  /// Sets the value from the environment or a flag.
  func set(text: String, in configuration: inout Configuration) -> String? {
    let json = textIs == .string ? .string(text) : try? JSON.parse(Array(text.utf8))
    return set(json ?? .string(text), &configuration)
  }
}

// MARK: - Kinds of settings

extension ConfigurationSetting {
  private static func integer(
    _ name: String, _ field: WritableKeyPath<Configuration, Int>, in range: ClosedRange<Int>
  ) -> Self {
    Self(name: name, textIs: .json, value: { .integer(Int64($0[keyPath: field])) }) {
      guard let number = $0.integer, range.contains(Int(number)) else {
        return "must be a whole number from \(range.lowerBound) to \(range.upperBound)"
      }
      $1[keyPath: field] = Int(number)
      return nil
    }
  }

  private static func duration(
    _ name: String, _ field: WritableKeyPath<Configuration, Duration>,
    in range: ClosedRange<Double>,
    unit: Duration = .seconds(1)
  ) -> Self {
    Self(
      name: name, textIs: .json, value: { .number(of: $0[keyPath: field] / unit) }
    ) {
      guard let number = $0.double, range.contains(number) else {
        let (least, most) = (JSON.number(of: range.lowerBound), JSON.number(of: range.upperBound))
        return "must be a number from \(least.words) to \(most.words)"
      }
      $1[keyPath: field] = unit * number
      return nil
    }
  }

  static func number(
    _ name: String, _ field: WritableKeyPath<Configuration, Double>, in range: ClosedRange<Double>
  ) -> Self {
    Self(name: name, textIs: .json, value: { .number(of: $0[keyPath: field]) }) {
      guard let number = $0.double, range.contains(number) else {
        let (least, most) = (JSON.number(of: range.lowerBound), JSON.number(of: range.upperBound))
        return "must be a number from \(least.words) to \(most.words)"
      }
      $1[keyPath: field] = number
      return nil
    }
  }

  static func text(
    _ name: String, _ field: WritableKeyPath<Configuration, String>, _ wanted: String,
    _ isValid: @escaping (String) -> Bool
  ) -> Self {
    Self(name: name, textIs: .string, value: { .string($0[keyPath: field]) }) {
      guard let text = $0.string, isValid(text) else { return "must be \(wanted)" }
      $1[keyPath: field] = text
      return nil
    }
  }

  private static func networks(
    _ name: String, _ field: WritableKeyPath<Configuration, [IPNetwork]>
  ) -> Self {
    Self(
      name: name, textIs: .list,
      value: { .array($0[keyPath: field].map { .string($0.description) }) }
    ) {
      let texts =
        $0.string.map { $0.split(separator: ",").map { String($0.filter { $0 != " " }) } }
        ?? $0.array?.compactMap(\.string)
      let networks = texts?.map { IPNetwork($0) } ?? [nil]
      guard $0.string?.isEmpty != true, !networks.contains(nil),
        networks.count == $0.array?.count ?? networks.count
      else {
        return "must be a list of addresses or networks such as \"10.0.0.0/8\""
      }
      $1[keyPath: field] = networks.compactMap { $0 }
      return nil
    }
  }

  static func path(
    _ name: String, _ field: WritableKeyPath<Configuration, String>
  ) -> Self {
    text(name, field, "a path") { !$0.isEmpty && !$0.utf8.contains(0) }
  }

  /// Empty where there is no such file.
  static func optionalPath(
    _ name: String, _ field: WritableKeyPath<Configuration, String>
  ) -> Self {
    text(name, field, "a path, or empty") { !$0.utf8.contains(0) }
  }

  static func boolean(
    _ name: String, _ field: WritableKeyPath<Configuration, Bool>
  ) -> Self {
    Self(name: name, textIs: .json, value: { .bool($0[keyPath: field]) }) {
      guard case .bool(let isOn) = $0 else { return "must be true or false" }
      $1[keyPath: field] = isOn
      return nil
    }
  }

  static func baseURL(
    _ name: String, _ field: WritableKeyPath<Configuration, String>
  ) -> Self {
    let wanted =
      "an https URL, or an http one on this machine, without a query or a slash at its end"
    return text(name, field, wanted, isBaseURL)
  }

  private static func choice<Choice: RawRepresentable & CaseIterable>(
    _ name: String, _ field: WritableKeyPath<Configuration, Choice>
  ) -> Self where Choice.RawValue == String {
    Self(name: name, textIs: .string, value: { .string($0[keyPath: field].rawValue) }) {
      guard let text = $0.string, let choice = Choice(rawValue: text) else {
        let names = Choice.allCases.map(\.rawValue)
        return "must be one of " + names.map { "\"\($0)\"" }.joined(separator: ", ")
      }
      $1[keyPath: field] = choice
      return nil
    }
  }

  private static var publicUrl: Self {
    Self(name: "server.publicUrl", textIs: .string, value: { .string($0.server.publicUrl) }) {
      guard let text = $0.string, isOrigin(text) else {
        return
          "must be a URL such as \"https://book.example.org\", without a path or a slash at its end"
      }
      $1.server.givenPublicUrl = text
      return nil
    }
  }

  private static var proxyUrl: Self {
    Self(
      name: "network.proxyUrl", textIs: .string,
      value: { .string($0.network.proxy?.reveal() ?? "none") }
    ) {
      guard let text = $0.string, isProxy(text) else {
        return "must be a URL such as \"http://proxy.example.org:3128\", or \"none\""
      }
      $1.network.proxy = text == "none" ? nil : Redacted(text)
      return nil
    }
  }

  private static var wallClock: Self {
    Self(
      name: "time.wallClock", textIs: .string,
      value: { $0.time.wallClock.map { .string($0.rfc3339) } ?? .null }
    ) {
      if $0 == .null {
        $1.time.wallClock = nil
        return nil
      }
      guard let instant = $0.string.flatMap({ Timestamp(rfc3339: $0) }) else {
        return "must be an instant such as \"2026-03-06T12:00:00Z\", or null"
      }
      $1.time.wallClock = instant
      return nil
    }
  }

  // MARK: Rules

  private static func isProxy(_ text: String) -> Bool {
    if text == "none" { return true }
    guard let url = URLComponents(string: text), let host = url.host, !host.isEmpty else {
      return false
    }
    return ["http", "https"].contains(url.scheme) && ["", "/"].contains(url.path)
      && url.query == nil && url.fragment == nil
  }

  private static func isAddress(_ text: String) -> Bool {
    var address = in6_addr()
    return inet_pton(AF_INET, text, &address) == 1 || inet_pton(AF_INET6, text, &address) == 1
  }

  /// A web origin (RFC 6454 section 6.2): our paths begin at the root of a host.
  private static func isOrigin(_ text: String) -> Bool {
    guard let url = URLComponents(string: text), let host = url.host, !host.isEmpty else {
      return false
    }
    return ["http", "https"].contains(url.scheme) && url.path.isEmpty && url.user == nil
      && url.password == nil && url.query == nil && url.fragment == nil
  }

  private static func isHostOrEmpty(_ text: String) -> Bool {
    text.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
        || "-.:".utf8.contains($0)
    }
  }

  private static func isLineOrEmpty(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
  }

  /// Bearer tokens are sent there: in the clear only where they do not leave the machine.
  private static func isBaseURL(_ text: String) -> Bool {
    // `{tenant}` is filled in later.
    let plain = text.replacingOccurrences(of: "{tenant}", with: "tenant")
    guard let url = URLComponents(string: plain), let host = url.host, !host.isEmpty,
      url.user == nil, url.password == nil, url.query == nil, url.fragment == nil,
      !text.hasSuffix("/")
    else { return false }
    let isHere = ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host)
    return url.scheme == "https" || url.scheme == "http" && isHere
  }

  /// No more than a header needs; whether the address exists only its server knows.
  private static func isMailbox(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    let isPlain = text.utf8.allSatisfy {
      (0x21...0x7E).contains($0) && !"<>,;:\"()".utf8.contains($0)
    }
    return parts.count == 2 && isPlain && parts.allSatisfy { !$0.isEmpty }
  }
}

extension JSON {
  /// As a person would write it: without a fraction where there is none.
  fileprivate static func number(of value: Double) -> JSON {
    Int64(exactly: value).map { .integer($0) } ?? .number(value)
  }

  fileprivate var double: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .number(let number): number
    default: nil
    }
  }

  fileprivate var words: String { String(decoding: serialized(), as: UTF8.self) }
}
