import Bookings
import Core
import HTTPServer
import Testing

@testable import Web

@Suite struct OpenAPITests {
  private let world = AgentWorld()
  private let document: JSON

  init() throws { document = try JSON.parse(Array(OpenAPI.document.utf8)) }

  @Test func itIsOpenAPI31() {
    #expect(document["openapi"]?.string?.hasPrefix("3.1.") == true)
    #expect(document["info"]?["title"] == "Bookend")
  }

  /// `GET /v1/links` and so on.
  private var operations: [(name: String, value: JSON)] {
    (document["paths"]?.object?.members ?? []).flatMap { path, item in
      (item.object?.members ?? []).filter { $0.key != "parameters" }
        .map { ("\($0.key.uppercased()) \(path)", $0.value) }
    }
  }

  @Test func everyRouteIsDescribedAndNothingElse() {
    let described = Set(operations.map(\.name))
    let routed = Set(Web(world.parts).router.table.map { "\($0.method) \($0.pattern)" })
    #expect(routed.subtracting(described).sorted() == [])
    #expect(described.subtracting(routed).sorted() == [])
  }

  @Test func theScopesAreThoseThatTheRoutesAskFor() {
    var scopes: [String: JSON] = [:]
    let connections = ConnectionRoutes(world.parts)
    let routes =
      AgentRoutes(world.parts).routes + OperatorRoutes(world.parts).routes + connections.routes
      + connections.slowRoutes
    for route in routes {
      scopes["\(route.method) \(route.pattern)"] = .string(route.scope.rawValue)
    }
    for operation in operations {
      let security: JSON = scopes[operation.name].map { [["apiKey": [$0]]] } ?? []
      #expect(operation.value["security"] == security, "\(operation.name)")
    }
  }

  @Test func operationsHaveNamesOfTheirOwn() {
    let names = operations.compactMap { $0.value["operationId"]?.string }
    #expect(names.count == operations.count)
    #expect(Set(names).count == names.count)
  }

  @Test func everyParameterOfAPathIsDeclared() throws {
    for (path, item) in try #require(document["paths"]?.object).members {
      let wanted = path.split(separator: "/").filter { $0.hasPrefix("{") }
        .map { "#/components/parameters/" + $0.dropFirst().dropLast() }
      let declared = (item["parameters"]?.array ?? []).compactMap { $0["$ref"]?.string }
      #expect(declared == wanted, "\(path)")
    }
  }

  @Test func everyReferenceLeadsSomewhere() {
    var references: Set<String> = []
    collect(document, &references)
    #expect(references.count > 20)
    for reference in references {
      let target = reference.split(separator: "/").dropFirst()
        .reduce(Optional(document)) { $0?[String($1)] }
      #expect(target != nil, "\(reference)")
    }
  }

  private func collect(_ json: JSON, _ references: inout Set<String>) {
    if let reference = json["$ref"]?.string { references.insert(reference) }
    for (_, member) in json.object?.members ?? [] { collect(member, &references) }
    for element in json.array ?? [] { collect(element, &references) }
  }
}
