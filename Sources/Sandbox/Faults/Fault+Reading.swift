import Core

extension Fault {
  private enum Kind: String, CaseIterable {
    case throttled, serverError, cut, truncated, slow, unauthorized, answer, itemError
    case phantomDeletion
  }

  init?(reading fields: FieldReader, id: Int) {
    let provider = fields.optionalChoice("provider", ProviderName.self)
    let method = fields.optionalString("method", length: 1...10)
    let path = fields.optionalString("path", length: 1...2000)
    let account = fields.optionalString("account", length: 1...320)
    let skip = fields.optionalInteger("skip", in: 0...1_000_000)
    let times = fields.optionalInteger("times", in: 0...1_000_000) ?? 1
    guard let kind = fields.choice("kind", Kind.self),
      let effect = Effect(reading: fields, kind: kind.rawValue, provider: provider)
    else { return nil }
    self.init(
      id: id, kind: kind.rawValue, provider: provider, method: method,
      path: path.map(PathPattern.init), account: account?.lowercased(), skip: skip ?? 0,
      remaining: times == 0 ? nil : times, effect: effect)
  }
}

extension Fault.Effect {
  private enum Commits: String, CaseIterable { case first, last }

  fileprivate init?(reading fields: FieldReader, kind: String, provider: ProviderName?) {
    switch kind {
    case "throttled": self.init(readingThrottle: fields, provider: provider)
    case "serverError": self.init(readingServerError: fields)
    case "answer": self.init(readingAnswer: fields)
    case "unauthorized": self = .answer(.unauthorized, afterCommit: false)
    case "cut": self = .cut(afterCommit: fields.optionalBoolean("afterCommit") ?? false)
    case "truncated":
      self = .truncated(fields.optionalInteger("bytes", in: 1...1_000_000))
    case "slow":
      let commits = fields.optionalChoice("commits", Commits.self)
      guard let milliseconds = fields.integer("milliseconds", in: 1...600_000) else { return nil }
      self = .slow(.milliseconds(milliseconds), commitsLast: commits == .last)
    case "itemError":
      let reason = fields.string("reason", length: 1...100)
      guard let item = fields.string("item", length: 1...1024), let reason else { return nil }
      self = .itemError(item: item, reason: reason)
    default:
      guard let event = fields.string("event", length: 1...1024) else { return nil }
      self = .phantomDeletion(event: event)
    }
  }

  private init?(readingThrottle fields: FieldReader, provider: ProviderName?) {
    let seconds = fields.optionalInteger("retryAfterSeconds", in: 0...86_400)
    guard let provider else {
      fields.report("provider", "is required: each says it in its own way")
      return nil
    }
    let forms = provider == .google ? googleThrottleForms : graphThrottleForms
    guard let name = fields.choice("form", among: forms.map(\.name)),
      let form = forms.first(where: { $0.name == name })
    else { return nil }
    self = .answer(.throttled(form, retryAfterSeconds: seconds), afterCommit: false)
  }

  private init?(readingServerError fields: FieldReader) {
    let status = fields.optionalInteger("status", in: 500...599) ?? 503
    let seconds = fields.optionalInteger("retryAfterSeconds", in: 0...86_400)
    let afterCommit = fields.optionalBoolean("afterCommit") ?? false
    self = .answer(.serverError(status, retryAfterSeconds: seconds), afterCommit: afterCommit)
  }

  private init?(readingAnswer fields: FieldReader) {
    let status = fields.integer("status", in: 200...599)
    let body = fields.value("body")
    let headers = fields.value("headers")?.object
    let afterCommit = fields.optionalBoolean("afterCommit") ?? false
    guard let status else { return nil }
    var answer = body.map { Answer.json(status, $0) } ?? .empty(status)
    answer.headers += (headers?.members ?? []).map { ($0.key, $0.value.string ?? "") }
    self = .answer(.given(answer), afterCommit: afterCommit)
  }
}
