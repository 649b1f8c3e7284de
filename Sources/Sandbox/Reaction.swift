/// What became of the work: an answer, or a question that others have to answer first.
enum Reaction: Sendable {
  case answer(Answer)
  case question(Question)
}

/// Whether the endpoints of a subscription want its notifications.
struct Question: Sendable {
  /// With the token that each has to answer.
  let urls: [(url: String, token: String)]
  let answer: @Sendable (inout World, Bool) -> Answer
}

/// What goes over the wire at the end of a call.
enum Ending: Sendable {
  case whole(Answer)
  case cut
  case broken(Answer, bytes: Int)
}
