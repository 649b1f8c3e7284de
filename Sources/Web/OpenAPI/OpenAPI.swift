/// The document of this interface (OpenAPI 3.1.1), as text: it is read by programs and by people, and what
/// makes no decision needs no code. A test holds its paths and scopes against the routes.
enum OpenAPI {
  static let document = """
    {
      "openapi": "3.1.1",
    \(about),
      "paths": {
    \(guestPaths),
    \(linkPaths),
    \(spendPaths),
    \(bookingPaths),
    \(connectionPaths),
    \(operatorPaths),
    \(findingPaths),
    \(providerCallPaths)
      },
      "components": {
    \(parameters),
    \(responses),
    \(schemas),
        "securitySchemes": {
          "apiKey": {
            "type": "http", "scheme": "bearer",
            "description": "A key of one organization, made with `bookend keys create`. An operation names the scopes that it needs."
          }
        }
      }
    }

    """

  /// The answer of an operation that lists: a page of such things, at the place of its "200".
  static func page(of schema: String, _ description: String) -> String {
    #"""
              "200": {
                "description": "\#(description)",
                "content": {
                  "application/json": {
                    "schema": {
                      "allOf": [
                        { "$ref": "#/components/schemas/Page" },
                        {
                          "properties": {
                            "data": {
                              "type": "array", "items": { "$ref": "#/components/schemas/\#(schema)" }
                            }
                          }
                        }
                      ]
                    }
                  }
                }
              }
    """#
  }

  private static let about = #"""
      "info": {
        "title": "Bookend",
        "version": "1",
        "summary": "The server behind booking links",
        "description": "Instants are RFC 3339 in UTC, time zones IANA names, ids opaque strings. Everything that changes a calendar is a job: such a request answers 202 once it is durable, with the resource in its pending state. With `Prefer: wait=N` the answer is held until the job has ended, or for N seconds. Errors are problem documents (RFC 9457)."
      },
      "tags": [
        { "name": "guest", "description": "Whoever holds a link or a booking's token. No key." },
        { "name": "agent", "description": "Programs that manage links and bookings." },
        { "name": "operator", "description": "People who look after the jobs." },
        { "name": "provider", "description": "Calendar providers that say what has changed." }
      ],
      "security": [{ "apiKey": [] }]
    """#
}
