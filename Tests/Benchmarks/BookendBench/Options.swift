import Foundation

/// The `name=value` words of the command line.
struct Options {
  private let values: [String: String]

  init(_ words: some Sequence<String>) {
    var values: [String: String] = [:]
    for word in words {
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { Options.refuse("\(word) is no name=value") }
      values[parts[0]] = parts[1]
    }
    self.values = values
  }

  func text(_ name: String) -> String {
    guard let value = values[name] else { Options.refuse("\(name)= is missing") }
    return value
  }

  func number(_ name: String, _ usual: Double? = nil) -> Double {
    if let usual, values[name] == nil { return usual }
    guard let value = Double(text(name)) else { Options.refuse("\(name)= is no number") }
    return value
  }

  func count(_ name: String, _ usual: Int? = nil) -> Int {
    Int(number(name, usual.map(Double.init)))
  }

  func isOn(_ name: String) -> Bool { values[name] == "yes" }

  static func refuse(_ words: String) -> Never {
    FileHandle.standardError.write(Data("BookendBench: \(words); see main.swift\n".utf8))
    exit(64)
  }
}
