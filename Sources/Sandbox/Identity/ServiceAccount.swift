struct ServiceAccount: Sendable {
  /// SubjectPublicKeyInfo in PEM; nil: any signature will do.
  var publicKey: String?
  /// Domain-wide delegation: it may act as any account.
  var isDelegated: Bool
}
