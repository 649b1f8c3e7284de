import Bookings
import HTTPServer
import Intake

extension KeyedRoute {
  /// A POST that answers the same under the same `Idempotency-Key`, for those whose verbs do no harm when they
  /// are repeated: the answer is kept once the verb is done. If the process dies in between, a repeat does it
  /// again, as far as there is anything left to do. A refusal keeps nothing: the same key may try again. All
  /// routes of one desk take turns, so that no repeat meets the first one in flight.
  static func kept(
    _ pattern: StaticString, needs scope: APIKey.Scope, _ parts: WebParts,
    _ action: @escaping @Sendable (KeyedRequest) throws -> Response
  ) -> KeyedRoute {
    KeyedRoute(.post, pattern, needs: scope) { request in
      let name = "operator:\(request.caller.organization)"
      guard let asked = try request.request.idempotency(scope: name) else {
        return try action(request)
      }
      if let known = try parts.records.operatorAnswer(to: asked) { return Response(known) }
      let response = try action(request)
      guard let answer = KeptAnswer(response) else { return response }
      return Response(try parts.records.keep(answer, to: asked))
    }
  }
}

extension KeptAnswer {
  /// Nil for what is no success.
  fileprivate init?(_ response: Response) {
    guard (200..<300).contains(response.status), case .bytes(let body) = response.body else {
      return nil
    }
    let location = response.headers.first { $0.name == "Location" }?.value
    self.init(status: response.status, location: location, body: body)
  }
}

extension Response {
  fileprivate init(_ answer: KeptAnswer) {
    self = .json(
      answer.status, answer.body, headers: answer.location.map { [("Location", $0)] } ?? [])
  }
}
