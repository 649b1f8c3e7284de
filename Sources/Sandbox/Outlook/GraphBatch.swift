import Core
import Foundation

/// `POST /$batch`: up to twenty requests in one, each answered by itself.
enum GraphBatch {
  private static let most = 20

  static func answer(_ request: WireRequest, in world: inout World) throws(Refusal) -> Answer {
    guard let items = request.json?["requests"]?.array, (1...most).contains(items.count) else {
      throw .graph(
        400, "BadRequest", "Number of batch request steps must be from 1 to \(most).")
    }
    let ids = items.compactMap { $0["id"]?.string }
    guard ids.count == items.count, Set(ids).count == ids.count else {
      throw .graph(400, "BadRequest", "Each batch request step needs an id of its own.")
    }
    var statuses: [String: Int] = [:]
    var responses: [JSON] = []
    for (id, item) in zip(ids, items) {
      let needed = item["dependsOn"]?.array?.compactMap(\.string) ?? []
      let answer =
        needed.allSatisfy { (200..<300).contains(statuses[$0] ?? 0) }
        ? step(item, of: request, in: &world)
        : Answer.graphError(
          424, code: "FailedDependency", message: "A request that it depends on failed.")
      statuses[id] = answer.status
      var response = JSONObject([
        ("id", .string(id)), ("status", .integer(Int64(answer.status))),
        ("headers", .object(headers(of: answer))),
      ])
      if !answer.body.isEmpty { response["body"] = try? JSON.parse(answer.body) }
      responses.append(.object(response))
    }
    return .ok(["responses": .array(responses)])
  }

  private static func step(
    _ item: JSON, of request: WireRequest, in world: inout World
  ) -> Answer {
    guard let method = item["method"]?.string, let url = item["url"]?.string,
      let target = target(of: url)
    else {
      return .graphError(400, code: "BadRequest", message: "A step needs a method and a URL.")
    }
    var headers = ["host": request.headers["host"] ?? "127.0.0.1"]
    headers["authorization"] = request.headers["authorization"]
    for header in item["headers"]?.object?.members ?? [] {
      headers[header.key.lowercased()] = header.value.string
    }
    let step = WireRequest(
      method: method.uppercased(), path: "/v1.0" + target.path, query: target.query,
      headers: headers, body: item["body"]?.serialized() ?? [])
    let account = step.bearer.flatMap { world.identity.grant(of: $0, at: world.now)?.account }
    let fault = world.meetFault(step, .outlook, account: account)
    if case .answer(let answer, afterCommit: false) = fault?.effect {
      return answer.answer(to: step, of: .outlook)
    }
    switch GraphRoutes.reaction(to: step, fault: fault, in: &world) {
    case .answer(let answer): return answer
    case .question:
      return .graphError(
        400, code: "BadRequest", message: "The sandbox takes no subscription inside a batch.")
    }
  }

  private static func headers(of answer: Answer) -> JSONObject {
    var headers = JSONObject()
    for header in answer.headers where headers[header.name] == nil {
      headers[header.name] = .string(header.value)
    }
    return headers
  }

  /// Path and query of a URL relative to the API's version, percent-encoded or, as some clients write it,
  /// not. Microsoft's client for Python writes the whole URL.
  private static func target(
    of url: String
  ) -> (path: String, query: [(name: String, value: String)])? {
    let relative = url.firstRange(of: "/v1.0/").map { url[$0.upperBound...] } ?? url[...]
    let parts = relative.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    guard let path = String(parts[0]).removingPercentEncoding else { return nil }
    let query = (parts.count == 2 ? parts[1] : "").split(separator: "&").map { pair in
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        .map { String($0).removingPercentEncoding ?? String($0) }
      return (name: sides[0], value: sides.count == 2 ? sides[1] : "")
    }
    return (path.hasPrefix("/") ? path : "/" + path, query)
  }
}
