import Core
import HTTPServer

/// What a provider answers.
struct Answer: Sendable {
  var status: Int
  var headers: [Response.Header] = []
  var body: [UInt8] = []

  static func json(_ status: Int, _ value: JSON, headers: [Response.Header] = []) -> Answer {
    Answer(
      status: status, headers: [("Content-Type", "application/json; charset=utf-8")] + headers,
      body: value.serialized())
  }

  static func ok(_ value: JSON) -> Answer { .json(200, value) }
  static func empty(_ status: Int) -> Answer { Answer(status: status) }

  static func redirect(to location: String) -> Answer {
    Answer(status: 302, headers: [("Location", location)])
  }

  var response: Response { Response(status: status, headers: headers, body: body) }
}

/// An answer that ends the work on a request.
struct Refusal: Error {
  let answer: Answer

  init(_ answer: Answer) { self.answer = answer }

  /// Whatever the work made of it.
  static func answer(of work: () throws(Refusal) -> Answer) -> Answer {
    do throws(Refusal) { return try work() } catch { return error.answer }
  }
}
