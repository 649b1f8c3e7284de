extension ProviderError {
  static let occupied = ProviderError(
    .conflict(.occupied), "somebody else's event lies where this booking's belongs")
  static let gone = ProviderError(.conflict(.gone), "the event was deleted or cancelled")
  static let newer = ProviderError(.conflict(.newer), "the event carries a later change")
  static let series = ProviderError(.permanent, "the owner has made a series of the event")
  static let keepsChanging = ProviderError(
    .transient, "the event changes each time it is to be written")
}
