/// Where the interfaces of the large providers are served: their own addresses, unless an operator names a
/// server that speaks the same protocol.
package struct ProviderAddresses: Sendable {
  /// Of the Google Calendar API, with its version and without a slash at the end.
  package var google = "https://www.googleapis.com/calendar/v3"
  /// Of Microsoft Graph, with its version and without a slash at the end.
  package var outlook = "https://graph.microsoft.com/v1.0"

  package init() {}
}
