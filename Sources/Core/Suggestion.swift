/// The known name that somebody most likely meant, for "did you mean …?"; nil when none is near.
///
/// Near: at most a third of the letters are wrong, with upper and lower case alike and two that
/// were swapped as one; or one name is the beginning of the other (`timeout` for `timeoutSeconds`).
package func suggestion(for name: String, among known: [String]) -> String? {
  // Only short names are somebody's typing slip, and the distance costs length times length.
  let longestName = 64
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

/// How many letters to insert, delete, replace or swap with their neighbour (the optimal string
/// alignment distance; Damerau 1964 found four in five slips to be one of these). Three rows of
/// Wagner and Fischer's table are kept.
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var beforeLast = [Int]()
  var last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var least = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        least = min(least, beforeLast[j - 1] + 1)
      }
      row.append(least)
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}
