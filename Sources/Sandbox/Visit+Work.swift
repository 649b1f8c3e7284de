import Core

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
      record: CallRecord(
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
    if visit.provider == .google, let account = visit.account, isOverQuota(account) {
      return .answer(googleThrottleForms[0].answer(as: .google, retryAfterSeconds: nil))
    }
    switch visit.fault?.effect {
    case .answer(let answer, afterCommit: false):
      return .answer(signed(answer.answer(to: visit.request, of: visit.provider), visit))
    case .cut(afterCommit: false): return .answer(.empty(500))
    default: return work(on: visit)
    }
  }

  /// Google counts a user's calls of the last minute, where the sandbox is told to.
  private mutating func isOverQuota(_ account: String) -> Bool {
    guard let limit = settings.googleCallsPerMinute else { return false }
    let recent = (google.recentCalls[account] ?? []).filter { now - $0 < .minutes(1) }
    let isOver = recent.count >= limit
    google.recentCalls[account] = isOver ? recent : recent + [now]
    return isOver
  }

  private mutating func work(on visit: Visit) -> Reaction {
    switch visit.provider {
    case .google: GoogleRoutes.reaction(to: visit.request, fault: visit.fault, in: &self)
    case .outlook: GraphRoutes.reaction(to: visit.request, fault: visit.fault, in: &self)
    }
  }

  /// An answer that no route has made, with what all answers of the provider carry.
  private func signed(_ answer: Answer, _ visit: Visit) -> Answer {
    visit.provider == .outlook && !visit.request.isForTokens
      ? answer.traced(visit.request, in: self) : answer
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
      case .answer(let other, afterCommit: true):
        .whole(signed(other.answer(to: visit.request, of: visit.provider), visit))
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
