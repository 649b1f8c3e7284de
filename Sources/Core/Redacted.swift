/// A secret that does not print: not in logs, errors, dumps or string interpolation.
package struct Redacted<Secret: Sendable>: Sendable, CustomStringConvertible,
  CustomDebugStringConvertible, CustomReflectable
{
  private let secret: Secret

  package init(_ secret: Secret) { self.secret = secret }

  /// The one way to the secret, named so that a reviewer can search for it.
  package func reveal() -> Secret { secret }

  package var description: String { "redacted" }
  package var debugDescription: String { "redacted" }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
