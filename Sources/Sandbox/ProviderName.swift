enum ProviderName: String, CaseIterable, Sendable {
  case google, outlook
}
