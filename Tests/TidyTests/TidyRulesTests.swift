import Testing

/// A rule that never fires protects nothing: each is tried on text that breaks it.
@Suite struct TidyRulesTests {
  @Test(arguments: rules) func fires(_ rule: Rule) throws {
    let sample = try #require(sampleFile(rule.sample))
    #expect(try rule.findings(in: [sample]).count == 1)
  }

  @Test(arguments: rules.filter { $0.matter == .code })
  func spareProse(_ rule: Rule) throws {
    let sample = try #require(sampleFile(rule.sample))
    let prose = SourceFile(path: sample.path, text: "// \(sample.text)\n/* \(sample.text) */\n")
    #expect(try rule.findings(in: [prose]).isEmpty)
  }

  @Test(arguments: [
    "queue.async { work() }", "let timeZone = link.timeZone", "let formatter = RFC3339Formatter()",
    "output.print(line)", "let update = Update()", "enum TaskKind {", "pool.asleep()",
    #"let text = "try! sleep(1) print()""#, ##"let raw = #"a "quoted" try! \(x)"#"##,
    "let calendar = Calendar(id: id, name: name)", "try queue.sync { true }",
    "dump(request, to: &text)",
  ])
  func spare(_ line: String) throws {
    let file = SourceFile(path: "Sources/Workers/Sample.swift", text: line)
    for rule in rules { #expect(try rule.findings(in: [file]) == [], "\(rule)") }
  }

  @Test func interpolationsAreCode() throws {
    let text = #"log("made at \(Date()) \("x" + describe(try! now()))")"#
    let file = SourceFile(path: "Sources/Web/Sample.swift", text: text)
    let fired = try rules.filter { try !$0.findings(in: [file]).isEmpty }.map(\.name)
    #expect(fired == ["Foundation's clock", "try!"])
  }

  @Test func aReasonExcusesUncheckedSendable() throws {
    let rule = try #require(rules.first { $0.name.hasPrefix("@unchecked") })
    let text = "// One queue owns it.\nfinal class Handle: @unchecked Sendable {}\n"
    #expect(try rule.findings(in: [SourceFile(path: "Sources/A/B.swift", text: text)]).isEmpty)
  }

  @Test func foreignImportsAreFound() {
    let text = """
      import Core
      import Synchronization
      @testable import struct Store.Rows
      package import CSQLite
      // import Web
      """
    let file = SourceFile(path: "Sources/Bookings/Sample.swift", text: text)
    let lines = ImportRule.findings(in: [file], rooms: tableOfRooms).map(\.line)
    #expect(lines == [3, 4])
    #expect(ImportRule.findingsOfLibraries(in: [file]).map(\.line) == [4])
    let unknown = SourceFile(path: "Sources/Attic/Sample.swift", text: "import Core")
    #expect(ImportRule.findings(in: [unknown], rooms: tableOfRooms).count == 1)
  }

  @Test func aDriftedPackageIsFound() {
    let text = """
      let package = Package(
        targets: [ room("Core"), room("Web", ["Core", "Queue"]),
          .executableTarget(name: "bookend", dependencies: ["Core", "Web"], swiftSettings: strict),
          .executableTarget(name: "Bench", dependencies: ["Core"], path: "Tests/Benchmarks/Bench"),
      """
    #expect(
      PackageText.rooms(in: text)
        == ["Core": [], "Web": ["Core", "Queue"], "bookend": ["Core", "Web"]])
  }

  @Test func longFilesAreFound() {
    let short = SourceFile(path: "Sources/A/B.swift", text: String(repeating: "x\n", count: 399))
    let long = SourceFile(path: "Sources/A/C.swift", text: String(repeating: "x\n", count: 400))
    #expect(LengthRule.findings(in: [short, long]).map(\.path) == ["Sources/A/C.swift"])
  }

  @Test func strangersAtTheRootAreFound() {
    let entries = ["Sources", ".build", ".build-release", "var", "notes.txt", "scripts"]
    let strangers = RootRule.strangers(among: entries, ignored: "/.build/\n/.build-*/\n/var/\n")
    #expect(strangers == ["notes.txt", "scripts"])
  }

  private func sampleFile(_ sample: String) -> SourceFile? {
    guard let bar = sample.firstIndex(of: "|") else { return nil }
    return SourceFile(
      path: String(sample[..<bar]), text: String(sample[sample.index(after: bar)...]))
  }
}
