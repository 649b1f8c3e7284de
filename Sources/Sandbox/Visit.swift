import Core

/// One call of a provider's API while it is under way.
struct Visit: Sendable {
  let request: WireRequest
  let provider: ProviderName
  /// The call's number in the ledger.
  let number: Int
  let account: String?
  let fault: Fault?
  let latency: Duration
  /// How many calls of the mailbox are under way, this one among them.
  let concurrent: Int

  var delay: Duration {
    if case .slow(let delay, _) = fault?.effect { latency + delay } else { latency }
  }

  /// The work is done at the end of the delay, when the client may have given up long ago.
  var commitsLast: Bool {
    if case .slow(_, let commitsLast) = fault?.effect { commitsLast } else { false }
  }
}

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

extension World {
  /// Exchange Online takes so many requests of one application for one mailbox at once; measured by others.
  static let callsAtOnce = 4

  mutating func arrive(_ request: WireRequest, at provider: ProviderName) -> Visit {
    let grant = request.bearer.flatMap { identity.grant(of: $0, at: now) }
    let account = grant?.account ?? (grant == nil ? nil : mailboxNamed(in: request))
    let fault = meetFault(request, provider, account: account)
    let key = account.map { "\(provider.rawValue) \($0)" }
    if let key { underWay[key, default: 0] += 1 }
    let visit = Visit(
      request: request, provider: provider, number: nextNumber(), account: account, fault: fault,
      latency: settings.latency, concurrent: key.flatMap { underWay[$0] } ?? 1)
    let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    calls.append(
      CallRecord(
        number: visit.number, time: now, provider: provider, method: request.method,
        path: request.path, query: query, account: account, concurrent: visit.concurrent,
        fault: fault?.kind))
    return visit
  }

  /// The account that an application which acts as itself is about.
  private func mailboxNamed(in request: WireRequest) -> String? {
    let path = request.segments
    guard path.count > 2, path[1] == "users" else { return nil }
    return outlook.mailbox(path[2])?.email
  }

  mutating func perform(_ visit: Visit) -> Reaction {
    if visit.provider == .outlook, visit.concurrent > World.callsAtOnce {
      let throttled = graphThrottleForms[0].answer(as: .outlook, retryAfterSeconds: 1)
      return .answer(signed(throttled, visit))
    }
    switch visit.fault?.effect {
    case .answer(let answer, afterCommit: false): return .answer(signed(answer, visit))
    case .cut(afterCommit: false): return .answer(.empty(500))
    default: return work(on: visit)
    }
  }

  private mutating func work(on visit: Visit) -> Reaction {
    switch visit.provider {
    case .google: GoogleRoutes.reaction(to: visit.request, fault: visit.fault, in: &self)
    case .outlook: GraphRoutes.reaction(to: visit.request, fault: visit.fault, in: &self)
    }
  }

  /// An answer that no route has made, with what all answers of the provider carry.
  private func signed(_ answer: Answer, _ visit: Visit) -> Answer {
    visit.provider == .outlook ? answer.traced(visit.request, in: self) : answer
  }

  mutating func leave(_ visit: Visit, answering answer: Answer) -> Ending {
    if let account = visit.account {
      underWay["\(visit.provider.rawValue) \(account)", default: 1] -= 1
    }
    let ending: Ending =
      switch visit.fault?.effect {
      case .cut: .cut
      case .truncated(let bytes) where answer.body.count > 1:
        .broken(answer, bytes: min(bytes ?? answer.body.count / 2, answer.body.count - 1))
      case .answer(let other, afterCommit: true): .whole(signed(other, visit))
      default: .whole(answer)
      }
    if let index = calls.lastIndex(where: { $0.number == visit.number }) {
      switch ending {
      case .whole(let answer), .broken(let answer, _): calls[index].status = answer.status
      case .cut: calls[index].status = nil
      }
    }
    return ending
  }
}
