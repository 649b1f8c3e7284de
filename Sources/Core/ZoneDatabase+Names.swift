import Foundation

extension ZoneDatabase {
  /// The names to choose from, in order: one for each region whose clocks have agreed since 1970,
  /// from `zone1970.tab`. Aliases work but are not listed. Empty where the table is not installed.
  package var names: [String] {
    guard let table = FileManager.default.contents(atPath: "\(directory)/zone1970.tab") else {
      return []
    }
    return String(decoding: table, as: UTF8.self).split(separator: "\n")
      .filter { !$0.hasPrefix("#") }
      .compactMap { line in
        let columns = line.split(separator: "\t")
        return columns.count > 2 ? String(columns[2]) : nil
      }
      .sorted()
  }
}
