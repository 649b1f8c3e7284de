import Core

/// Where clients find what the sandbox stands in for.
package struct SandboxAddresses {
  private let base: String

  package init(_ base: String) { self.base = base }

  package var json: JSON {
    [
      "control": .string("\(base)/sandbox"),
      "google": [
        "apiBaseUrl": .string("\(base)/calendar/v3"), "tokenUrl": .string("\(base)/token"),
        "authorizeUrl": .string("\(base)/o/oauth2/v2/auth"),
        "revokeUrl": .string("\(base)/revoke"),
      ],
      "outlook": [
        "apiBaseUrl": .string("\(base)/v1.0"),
        "tokenUrl": .string("\(base)/common/oauth2/v2.0/token"),
        "authorizeUrl": .string("\(base)/common/oauth2/v2.0/authorize"),
      ],
      "client": ["id": "sandbox-client", "secret": "sandbox-secret"],
    ]
  }
}
