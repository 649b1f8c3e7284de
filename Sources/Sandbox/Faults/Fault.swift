import Core

/// What goes wrong with the calls that fit, and how often.
struct Fault: Sendable {
  enum Effect: Sendable {
    /// Answered instead of what the work made, or before any was done.
    case answer(FaultAnswer, afterCommit: Bool)
    case cut(afterCommit: Bool)
    /// The first so many bytes of the body; nil is half of it.
    case truncated(Int?)
    case slow(Duration, commitsLast: Bool)
    /// For one calendar or address of a free/busy question.
    case itemError(item: String, reason: String)
    case phantomDeletion(event: String)
  }

  let id: Int
  let kind: String
  let provider: ProviderName?
  let method: String?
  let path: PathPattern?
  let account: String?
  /// Calls that fit and pass before the first one is met.
  var skip: Int
  /// Nil: all of them.
  var remaining: Int?
  let effect: Effect

  func fits(_ request: WireRequest, _ provider: ProviderName, account: String?) -> Bool {
    (self.provider ?? provider) == provider && (method ?? request.method) == request.method
      && (path?.matches(request.path) ?? true)
      && (self.account == nil || self.account == account)
  }

  var json: JSON {
    [
      "id": .integer(Int64(id)), "kind": .string(kind),
      "provider": provider.map { .string($0.rawValue) } ?? .null,
      "method": method.map(JSON.string) ?? .null,
      "path": path.map { .string($0.text) } ?? .null,
      "account": account.map(JSON.string) ?? .null, "skip": .integer(Int64(skip)),
      "times": .integer(Int64(remaining ?? 0)),
    ]
  }
}

extension World {
  /// The fault that this call meets; it has met it then.
  mutating func meetFault(
    _ request: WireRequest, _ provider: ProviderName, account: String?
  ) -> Fault? {
    for index in faults.indices where faults[index].fits(request, provider, account: account) {
      if faults[index].skip > 0 {
        faults[index].skip -= 1
        continue
      }
      let fault = faults[index]
      if let remaining = fault.remaining {
        if remaining <= 1 {
          faults.remove(at: index)
        } else {
          faults[index].remaining = remaining - 1
        }
      }
      return fault
    }
    return nil
  }
}
