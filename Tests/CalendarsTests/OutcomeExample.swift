import Core
import HTTPClient
import Testing

@testable import Calendars

/// What a refusal means for a write and for a read, written down apart from a provider's table.
struct OutcomeExample {
  let status: Int
  let name: String?
  let write: ProviderError.Kind
  let read: ProviderError.Kind

  init(_ status: Int, _ both: ProviderError.Kind) {
    (self.status, name, write, read) = (status, nil, both, both)
  }

  init(_ status: Int, _ name: String, _ both: ProviderError.Kind) {
    (self.status, self.name, write, read) = (status, name, both, both)
  }

  init(
    _ status: Int, _ name: String? = nil, write: ProviderError.Kind, read: ProviderError.Kind
  ) {
    (self.status, self.name, self.write, self.read) = (status, name, write, read)
  }

  static let now = Timestamp(seconds: 1_780_000_000)

  func check(
    _ table: OutcomeTable, _ names: (JSON) -> Set<String>, body: (String) -> JSON,
    headers: [(name: String, value: String)] = []
  ) {
    let json = name.map(body) ?? ["error": "gone wrong"]
    for (isSafe, kind) in [(false, write), (true, read)] {
      let error = table.error(
        HTTPResponse(status: status, headers: headers), names: names(json), to: "POST",
        isSafe: isSafe, now: OutcomeExample.now)
      #expect(error.kind == kind, "\(status) \(name ?? "")")
      #expect(error.message.contains("\(status)"))
      #expect(!error.message.contains("gone wrong"))
    }
  }

  /// Records every row of the table that no example reaches.
  static func checkAllRows(_ table: OutcomeTable, _ examples: [OutcomeExample]) {
    for (index, row) in table.rows.enumerated() {
      let isReached = examples.contains { example in
        let names = Set([example.name?.lowercased()].compactMap(\.self))
        return table.rows.firstIndex {
          $0.statuses.contains(example.status) && ($0.name.map { names.contains($0) } ?? true)
        } == index
      }
      #expect(isReached, "\(row.statuses) \(row.name ?? "")")
    }
  }
}
