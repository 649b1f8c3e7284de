/// The known name that somebody most likely meant, for "did you mean …?"; nil when none is near.
///
/// Near: at most a third of the letters differ by the Levenshtein distance with upper and lower case
/// alike, or one is a beginning of the other (`timeout` for `timeoutSeconds`).
package func suggestion(for name: String, among known: [String]) -> String? {
  // Only short names are somebody's typing slip, and the distance costs length times length.
  let longestName = 40
  let wanted = Array(name.lowercased().utf8)
  guard (2...longestName).contains(wanted.count) else { return nil }
  let candidates = known.compactMap { candidate -> (name: String, distance: Int)? in
    let letters = Array(candidate.lowercased().utf8)
    guard letters.count <= longestName else { return nil }
    let distance = editDistance(wanted, letters)
    if distance <= max(wanted.count, letters.count) / 3 { return (candidate, distance) }
    let isBeginning =
      letters.starts(with: wanted) || (letters.count > 1 && wanted.starts(with: letters))
    return isBeginning ? (candidate, longestName + distance) : nil
  }
  return candidates.min { $0.distance < $1.distance }?.name
}

/// How many letters to insert, delete or replace (Wagner and Fischer 1974, one row at a time).
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var row = Array(0...b.count)
  for i in a.indices {
    var diagonal = row[0]
    row[0] = i + 1
    for j in b.indices {
      let replaced = diagonal + (a[i] == b[j] ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
    }
  }
  return row[b.count]
}
