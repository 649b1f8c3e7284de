extension OpenAPI {
  static let spendPaths = #"""
        "/v1/links/{id}/spends": {
          "parameters": [{ "$ref": "#/components/parameters/id" }],
          "get": {
            "operationId": "listSpends", "tags": ["agent"],
            "security": [{ "apiKey": ["links:read"] }],
            "summary": "The ledger of a single-use link, the latest use first",
            "parameters": [
              { "$ref": "#/components/parameters/limit" },
              { "$ref": "#/components/parameters/cursor" }
            ],
            "responses": {
    \#(page(of: "Spend", "A page of uses")),
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/v1/links/{id}/reopen": {
          "parameters": [{ "$ref": "#/components/parameters/id" }],
          "post": {
            "operationId": "reopenLink", "tags": ["agent"],
            "security": [{ "apiKey": ["links:write"] }],
            "summary": "Take bookings under a spent link again; the booking that spent it stays",
            "parameters": [
              { "$ref": "#/components/parameters/idempotencyKey" },
              { "name": "If-Match", "in": "header", "schema": { "type": "string" } }
            ],
            "responses": {
              "200": {
                "description": "The link",
                "headers": { "ETag": { "schema": { "type": "string" } } },
                "content": {
                  "application/json": { "schema": { "$ref": "#/components/schemas/Link" } }
                }
              },
              "409": { "$ref": "#/components/responses/Problem" },
              "412": { "$ref": "#/components/responses/Problem" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        }
    """#
}
