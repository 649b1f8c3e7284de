import Testing

/// The style guide as a test. A failure names file, line and what to write instead.
@Suite struct TidyTests {
  @Test(arguments: rules) func nobodyBreaks(_ rule: Rule) throws {
    let files = try Checkout.sources.get()
    #expect(files.count > 50, "the checkout was not found at \(Checkout.root.path)")
    expectNone(try rule.findings(in: files))
  }

  @Test func everyRoomKeepsToItsTable() throws {
    let files = try Checkout.sources.get().filter { $0.path.hasPrefix("Sources/") }
    expectNone(ImportRule.findings(in: files, rooms: tableOfRooms))
  }

  @Test func noTestImportsAnotherRoomsLibrary() throws {
    let files = try Checkout.sources.get().filter { $0.path.hasPrefix("Tests/") }
    expectNone(ImportRule.findingsOfLibraries(in: files))
  }

  @Test func theTableIsThePackage() throws {
    let declared = PackageText.rooms(in: try Checkout.text(of: "Package.swift"))
    let table = Dictionary(uniqueKeysWithValues: tableOfRooms.map { ($0.name, $0.rooms) })
    #expect(declared == table)
  }

  @Test func filesAreShort() throws {
    let files = try Checkout.sources.get()
    expectNone(LengthRule.findings(in: files))
  }

  @Test func theRootHoldsNothingElse() throws {
    let strangers = RootRule.strangers(
      among: try Checkout.topLevelEntries(), ignored: try Checkout.text(of: ".gitignore"))
    #expect(strangers.isEmpty, "put into a folder, or into .gitignore: \(strangers)")
  }

  private func expectNone(
    _ findings: [Finding], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let list = findings.map(\.description).joined(separator: "\n")
    #expect(findings.isEmpty, "\n\(list)", sourceLocation: sourceLocation)
  }
}
