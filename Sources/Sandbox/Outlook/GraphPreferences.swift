import Core

/// What the `Prefer` header asks for.
struct GraphPreferences: Sendable {
  var isImmutable = false
  var wantsText = false
  var zone: (name: String, rules: Zone) = ("UTC", .utc)
  var pageSize: Int?
  /// What is said of them in the answer.
  private(set) var applied: [String] = []

  init(_ header: String?, in world: World) throws(Refusal) {
    for part in (header ?? "").split(separator: ",") {
      let pair = part.split(separator: "=", maxSplits: 1).map { text in
        text.filter { $0 != "\"" }.trimmed
      }
      guard pair.count == 2 else { continue }
      switch pair[0].lowercased() {
      case "idtype": isImmutable = pair[1].lowercased() == "immutableid"
      case "outlook.body-content-type": wantsText = pair[1].lowercased() == "text"
      case "outlook.timezone":
        guard let rules = world.zone(pair[1]) else {
          throw .graph(
            400, "TimeZoneNotSupportedException", "A valid TimeZone value must be specified.")
        }
        zone = (pair[1], rules)
        applied.append("outlook.timezone=\"\(pair[1])\"")
      case "odata.maxpagesize": pageSize = Int(pair[1])
      default: break
      }
    }
  }
}

extension String {
  fileprivate var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
