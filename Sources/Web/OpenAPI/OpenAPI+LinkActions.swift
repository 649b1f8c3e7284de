extension OpenAPI {
  static let linkActions = #"""
        "/v1/links/{id}/pause": {
          "parameters": [{ "$ref": "#/components/parameters/id" }],
          "post": {
            "operationId": "pauseLink", "tags": ["agent"],
            "security": [{ "apiKey": ["links:write"] }],
            "summary": "Take no new bookings; those made stay",
            "parameters": [
              { "name": "If-Match", "in": "header", "schema": { "type": "string" } },
              { "$ref": "#/components/parameters/idempotencyKey" }
            ],
            "responses": {
              "200": { "$ref": "#/components/responses/Link" },
              "412": { "$ref": "#/components/responses/Problem" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/v1/links/{id}/resume": {
          "parameters": [{ "$ref": "#/components/parameters/id" }],
          "post": {
            "operationId": "resumeLink", "tags": ["agent"],
            "security": [{ "apiKey": ["links:write"] }],
            "summary": "Take bookings again",
            "parameters": [
              { "name": "If-Match", "in": "header", "schema": { "type": "string" } },
              { "$ref": "#/components/parameters/idempotencyKey" }
            ],
            "responses": {
              "200": { "$ref": "#/components/responses/Link" },
              "412": { "$ref": "#/components/responses/Problem" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/v1/links/{id}/explain": {
          "parameters": [{ "$ref": "#/components/parameters/id" }],
          "get": {
            "operationId": "explainSlot", "tags": ["agent"],
            "security": [{ "apiKey": ["links:read"] }],
            "summary": "Why an instant is offered or not: every reason in order, and never what an event is called",
            "parameters": [
              {
                "name": "start", "in": "query", "required": true,
                "schema": { "type": "string", "format": "date-time" }
              },
              {
                "name": "durationMinutes", "in": "query", "description": "Without it the link's first",
                "schema": { "type": "integer", "minimum": 5, "maximum": 1440 }
              }
            ],
            "responses": {
              "200": {
                "description": "The reasons; none where it is offered",
                "content": {
                  "application/json": { "schema": { "$ref": "#/components/schemas/Explanation" } }
                }
              },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        }
    """#
}
