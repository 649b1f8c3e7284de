extension OpenAPI {
  static let parameters = #"""
        "parameters": {
          "id": { "name": "id", "in": "path", "required": true, "schema": { "type": "string" } },
          "slug": { "name": "slug", "in": "path", "required": true, "schema": { "type": "string" } },
          "token": {
            "name": "token", "in": "path", "required": true, "schema": { "type": "string" }
          },
          "limit": {
            "name": "limit", "in": "query",
            "schema": { "type": "integer", "minimum": 1, "maximum": 200, "default": 50 }
          },
          "cursor": {
            "name": "cursor", "in": "query", "description": "nextCursor of the page before",
            "schema": { "type": "string" }
          },
          "host": {
            "name": "host", "in": "query",
            "description": "For a key of the whole organization: only this host's",
            "schema": { "type": "string" }
          },
          "idempotencyKey": {
            "name": "Idempotency-Key", "in": "header",
            "description": "The same key and body give the same answer for 24 hours; the same key with another body gives 422",
            "schema": {
              "type": "string", "minLength": 8, "maxLength": 128, "pattern": "^[!-~]+$"
            }
          },
          "prefer": {
            "name": "Prefer", "in": "header",
            "description": "wait=N: hold the answer until the job has ended, at most N (30) seconds",
            "schema": { "type": "string" }
          }
        },
        "requestBodies": {
          "Cancel": {
            "content": {
              "application/json": {
                "schema": {
                  "type": "object", "additionalProperties": false,
                  "properties": { "reason": { "type": "string", "maxLength": 1000 } }
                }
              }
            }
          },
          "Reschedule": {
            "required": true,
            "content": {
              "application/json": {
                "schema": {
                  "type": "object", "additionalProperties": false, "required": ["start"],
                  "properties": {
                    "start": { "type": "string", "format": "date-time" },
                    "reason": { "type": "string", "maxLength": 1000 }
                  }
                }
              }
            }
          }
        }
    """#

  static let responses = #"""
        "responses": {
          "Problem": {
            "description": "Why not",
            "content": {
              "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } }
            }
          },
          "Link": {
            "description": "The link as it is now",
            "headers": { "ETag": { "schema": { "type": "string" } } },
            "content": {
              "application/json": { "schema": { "$ref": "#/components/schemas/Link" } }
            }
          },
          "Booking": {
            "description": "The booking as it stands",
            "content": {
              "application/json": { "schema": { "$ref": "#/components/schemas/Booking" } }
            }
          },
          "PendingBooking": {
            "description": "Durable; the calendar has not answered yet. Location says where to follow it",
            "headers": { "Location": { "schema": { "type": "string" } } },
            "content": {
              "application/json": { "schema": { "$ref": "#/components/schemas/Booking" } }
            }
          }
        }
    """#
}
