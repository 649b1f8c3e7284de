import Core
import Testing

@Suite struct SuggestionTests {
  @Test(arguments: [
    ("timeout", "timeoutSeconds"), ("nmae", "name"), ("Name", "name"), ("port", "port"),
    ("timeoutSecond", "timeoutSeconds"), ("n", nil), ("zebra", nil), ("", nil),
    (String(repeating: "timeoutSeconds", count: 1000), nil),
  ])
  func proposesTheNearestName(name: String, meant: String?) {
    #expect(suggestion(for: name, among: ["name", "port", "timeoutSeconds", ""]) == meant)
  }
}
