import Core

/// OData's query options, as far as Outlook's calendars take them.
struct GraphQuery {
  private let request: WireRequest

  init(_ request: WireRequest) { self.request = request }

  func value(_ name: String) -> String? { request.value("$" + name) }

  /// Without the properties that `$select` leaves out.
  func selected(_ json: JSON) -> JSON {
    guard let names = value("select")?.split(separator: ","), case .object(let object) = json else {
      return json
    }
    let wanted = Set(names.map(String.init) + ["id", "singleValueExtendedProperties"])
    return .object(
      JSONObject(
        object.members.filter { $0.key.hasPrefix("@") || wanted.contains($0.key) }
          .map { ($0.key, $0.value) }))
  }

  /// Ids of the extended properties that `$expand` asks for.
  var expandedProperties: [String] {
    guard let text = value("expand"), text.lowercased().hasPrefix("singlevalueextendedproperties")
    else { return [] }
    return quoted(in: text)
  }

  /// A page of `items` with the link to the next one, which is the same question further on.
  func page(
    _ items: [JSON], context: JSON, largest: Int, preferred: Int?
  ) throws(Refusal) -> JSON {
    let size = try number("top", in: 1...largest) ?? min(preferred ?? GraphQuery.usualPage, largest)
    let skip = try number("skip", in: 0...Int(Int32.max)) ?? 0
    let shown = items.dropFirst(skip).prefix(size)
    var json = JSONObject([("@odata.context", context)])
    json["value"] = .array(shown.map(selected))
    if skip + size < items.count {
      let query =
        request.query.filter { $0.name != "$skip" } + [(name: "$skip", value: String(skip + size))]
      json["@odata.nextLink"] = .string(link(query))
    }
    return .object(json)
  }

  static let usualPage = 10

  func link(_ query: [(name: String, value: String)]) -> String {
    let text = query.map { "\(percentEncoded($0.name))=\(percentEncoded($0.value))" }
      .joined(separator: "&")
    let path = request.path.split(separator: "/", omittingEmptySubsequences: false)
      .map { percentEncoded(String($0)) }.joined(separator: "/")
    return "\(request.origin)\(path)?\(text)"
  }

  func instant(_ name: String) throws(Refusal) -> Timestamp {
    guard let text = request.value(name) else {
      throw .graph(
        400, "ErrorInvalidParameter",
        "This request requires a time window specified by the query"
          + " string parameters StartDateTime and EndDateTime.")
    }
    if let instant = Timestamp(rfc3339: text) { return instant }
    guard let local = LocalDateTime(wireText: text) else {
      throw .graph(
        400, "ErrorInvalidParameter", "The value '\(text)' of parameter '\(name)' is invalid.")
    }
    return local.instant(offsetSeconds: 0)
  }

  private func number(_ name: String, in range: ClosedRange<Int>) throws(Refusal) -> Int? {
    guard let text = value(name) else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw .graph(400, "BadRequest", "Invalid value '\(text)' for $\(name) query option found.")
    }
    return number
  }

  /// The events in the order that `$orderby` asks for.
  func ordered(_ events: [GraphEvent]) throws(Refusal) -> [GraphEvent] {
    switch value("orderby")?.lowercased() {
    case nil: return events
    case "start/datetime", "start/datetime asc":
      return events.sorted { ($0.start.instant, $0.number) < ($1.start.instant, $1.number) }
    case "start/datetime desc":
      return events.sorted { ($0.start.instant, $0.number) > ($1.start.instant, $1.number) }
    default: throw .graph(400, "ErrorInvalidUrlQuery", "The sandbox orders by start/dateTime only.")
    }
  }

  /// The events that `$filter` leaves.
  func filter() throws(Refusal) -> (GraphEvent) -> Bool {
    guard let text = value("filter") else { return { _ in true } }
    let values = quoted(in: text)
    let plain = text.lowercased()
    if plain.hasPrefix("singlevalueextendedproperties/any("), values.count == 2,
      plain.contains("/id eq '"), plain.contains("/value eq '")
    {
      return { $0.properties.contains { $0.id == values[0] && $0.value == values[1] } }
    }
    if plain.hasPrefix("icaluid eq '"), values.count == 1 { return { $0.iCalUId == values[0] } }
    throw .graph(
      400, "ErrorInvalidUrlQueryFilter", "The query filter contains one or more invalid nodes.")
  }

  /// What stands between single quotes; a doubled one stands for itself.
  private func quoted(in text: String) -> [String] {
    var found: [String] = []
    var current: String?
    var letters = Array(text)[...]
    while let letter = letters.popFirst() {
      guard letter == "'" else {
        current?.append(letter)
        continue
      }
      if current != nil, letters.first == "'" {
        current?.append("'")
        letters.removeFirst()
      } else if let done = current {
        found.append(done)
        current = nil
      } else {
        current = ""
      }
    }
    return found
  }
}
