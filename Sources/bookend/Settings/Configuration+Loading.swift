import Core

extension Configuration {
  /// The settings in force: a flag before the environment (`BOOKEND_SERVER_PORT`), that before the
  /// file given by `--config`, that before the defaults. Throws every problem of every source at
  /// once, also of values that another source overrides.
  ///
  /// - Parameters:
  ///   - environment: Variables that do not begin with `BOOKEND_` are none of ours.
  ///   - readFile: The bytes of a file, or nil if it cannot be read.
  static func load(
    arguments: [ConfigurationArgument], environment: [String: String],
    readFile: (String) -> [UInt8]?
  ) throws(ConfigurationProblems) -> Configuration {
    var loader = ConfigurationLoader()
    for argument in arguments where argument.option == "--config" {
      loader.apply(file: argument.value, readFile(argument.value))
    }
    loader.apply(environment)
    for argument in arguments where argument.option != "--config" { loader.apply(argument) }
    loader.checkTogether()
    guard loader.problems.isEmpty else { throw ConfigurationProblems(problems: loader.problems) }
    return loader.configuration
  }
}

private struct ConfigurationLoader {
  var configuration = Configuration()
  var problems: [ConfigurationProblem] = []
  private let settings = Dictionary(
    uniqueKeysWithValues: ConfigurationSetting.all.map { ($0.name, $0) })

  /// Our own file has four kilobytes.
  private static let maximumFileBytes = 256 << 10

  // MARK: File

  mutating func apply(file: String, _ bytes: [UInt8]?) {
    guard let bytes else {
      report(.file(file, line: nil), "cannot be read")
      return
    }
    let document: JSONDocument
    do throws(JSONError) {
      let limits = JSON.Limits(maximumBytes: Self.maximumFileBytes)
      document = try JSONDocument(bytes, limits: limits)
    } catch {
      report(.file(file, line: error.line), error.detail)
      return
    }
    for duplicate in document.duplicates {
      report(.file(file, line: duplicate.line), duplicate.detail)
    }
    guard let sections = document.value.object else {
      report(.file(file, line: 1), "must be an object, is \(document.value.kindInWords)")
      return
    }
    for (section, fields) in sections.members {
      let place = JSONPointer.root.appending(key: section)
      let known = Set(settings.keys.map { String($0.prefix { $0 != "." }) })
      guard known.contains(section) else {
        let source = ConfigurationProblem.Source.file(file, line: document.line(of: place))
        report(source, "\(section) is no section" + hint(for: section, among: Array(known)))
        continue
      }
      apply(section: section, fields, at: place, of: document, file: file)
    }
  }

  /// A section's settings, and those of the sections within it.
  private mutating func apply(
    section: String, _ fields: JSON, at place: JSONPointer, of document: JSONDocument, file: String
  ) {
    guard let fields = fields.object else {
      let source = ConfigurationProblem.Source.file(file, line: document.line(of: place))
      return report(source, "\(section) must be an object, is \(fields.kindInWords)")
    }
    for (key, value) in fields.members {
      let name = "\(section).\(key)"
      let place = place.appending(key: key)
      if settings.keys.contains(where: { $0.hasPrefix("\(name).") }) {
        apply(section: name, value, at: place, of: document, file: file)
        continue
      }
      let source = ConfigurationProblem.Source.file(file, line: document.line(of: place))
      guard let setting = settings[name] else {
        report(source, "\(name) is no setting" + hint(for: name, among: Array(settings.keys)))
        continue
      }
      if let detail = setting.set(value, &configuration) { report(source, "\(name) \(detail)") }
    }
  }

  // MARK: Environment and flags

  mutating func apply(_ environment: [String: String]) {
    let byVariable = Dictionary(
      uniqueKeysWithValues: settings.values.map { ($0.environmentName, $0) })
    for (name, text) in environment.sorted(by: { $0.key < $1.key })
    where name.hasPrefix(ConfigurationSetting.environmentPrefix) {
      let source = ConfigurationProblem.Source.environment(name)
      guard let setting = byVariable[name] else {
        report(source, "is no setting" + hint(for: name, among: Array(byVariable.keys)))
        continue
      }
      if let detail = setting.set(text: text, in: &configuration) { report(source, detail) }
    }
  }

  mutating func apply(_ argument: ConfigurationArgument) {
    let name: String
    let text: String
    if let known = ConfigurationArgument.settings[argument.option] {
      (name, text) = (known, argument.value)
    } else {
      let parts = argument.value.split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else {
        return report(.flag(argument.option), "must be NAME=VALUE, such as server.port=9090")
      }
      (name, text) = (String(parts[0]), String(parts[1]))
    }
    let isSet = ConfigurationArgument.settings[argument.option] == nil
    let source = ConfigurationProblem.Source.flag(
      isSet ? "\(argument.option) \(name)" : argument.option)
    guard let setting = settings[name] else {
      return report(source, "is no setting" + hint(for: name, among: Array(settings.keys)))
    }
    if let detail = setting.set(text: text, in: &configuration) { report(source, detail) }
  }

  // MARK: Together

  mutating func checkTogether() {
    if configuration.availability.stale < configuration.availability.busyCache {
      report(
        .together, "availability.staleSeconds must not be less than availability.busyCacheSeconds")
    }
  }

  private mutating func report(_ source: ConfigurationProblem.Source, _ detail: String) {
    problems.append(ConfigurationProblem(source: source, detail: detail))
  }

  private func hint(for name: String, among known: [String]) -> String {
    // Sorted, so that of two equally near names always the same one is proposed.
    suggestion(for: name, among: known.sorted()).map { "; did you mean \($0)?" } ?? ""
  }
}
