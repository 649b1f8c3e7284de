extension ProviderError {
  static let occupied = ProviderError(
    .conflict(.occupied), "somebody else's event lies where this booking's belongs")
  static let gone = ProviderError(.conflict(.gone), "the event was deleted or cancelled")
  static let newer = ProviderError(.conflict(.newer), "the event carries a later change")
}
