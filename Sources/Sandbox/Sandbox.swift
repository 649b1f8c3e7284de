import Core
import HTTPServer

/// Google Calendar and Microsoft Graph as they answer on the wire, for tests, demos and integrators. The
/// room is there and empty: it is furnished together with the adapters that it is to judge.
package enum Sandbox {}
