extension OpenAPI {
  static let findingPaths = #"""
        "/v1/findings": {
          "get": {
            "operationId": "listFindings", "tags": ["operator"],
            "security": [{ "apiKey": ["jobs:read"] }],
            "summary": "What differs between bookings and calendars, newest first",
            "parameters": [
              {
                "name": "kind", "in": "query",
                "schema": { "type": "string", "enum": ["missing", "extra", "moved"] }
              },
              {
                "name": "state", "in": "query",
                "schema": { "type": "string", "enum": ["open", "resolved"] }
              },
              { "name": "calendar", "in": "query", "schema": { "type": "string" } },
              { "name": "booking", "in": "query", "schema": { "type": "string" } },
              { "$ref": "#/components/parameters/limit" },
              { "$ref": "#/components/parameters/cursor" }
            ],
            "responses": {
              "200": {
                "description": "A page of findings",
                "content": {
                  "application/json": {
                    "schema": {
                      "allOf": [
                        { "$ref": "#/components/schemas/Page" },
                        {
                          "properties": {
                            "data": {
                              "type": "array", "items": { "$ref": "#/components/schemas/Finding" }
                            }
                          }
                        }
                      ]
                    }
                  }
                }
              },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/v1/findings/{id}": {
          "parameters": [{ "$ref": "#/components/parameters/id" }],
          "get": {
            "operationId": "showFinding", "tags": ["operator"],
            "security": [{ "apiKey": ["jobs:read"] }],
            "summary": "One finding, and what was started to repair it",
            "responses": {
              "200": {
                "description": "The finding",
                "content": {
                  "application/json": { "schema": { "$ref": "#/components/schemas/Finding" } }
                }
              },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/v1/findings/compare": {
          "post": {
            "operationId": "compareCalendars", "tags": ["operator"],
            "security": [{ "apiKey": ["jobs:write"] }],
            "summary": "Compare one calendar with the bookings on it now, or all of them",
            "parameters": [{ "$ref": "#/components/parameters/idempotencyKey" }],
            "requestBody": {
              "content": {
                "application/json": {
                  "schema": {
                    "type": "object", "additionalProperties": false,
                    "properties": { "calendar": { "type": "string" } }
                  }
                }
              }
            },
            "responses": {
              "202": {
                "description": "The jobs that compare, one for each calendar",
                "content": {
                  "application/json": {
                    "schema": {
                      "type": "object", "required": ["jobs"],
                      "properties": { "jobs": { "type": "array", "items": { "type": "string" } } }
                    }
                  }
                }
              },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/v1/findings/{id}/repair": {
          "parameters": [{ "$ref": "#/components/parameters/id" }],
          "post": {
            "operationId": "repairFinding", "tags": ["operator"],
            "security": [{ "apiKey": ["jobs:write"] }],
            "summary": "Start a job that puts a finding right; it looks again before it changes anything",
            "parameters": [{ "$ref": "#/components/parameters/idempotencyKey" }],
            "requestBody": {
              "required": true,
              "content": {
                "application/json": {
                  "schema": {
                    "type": "object", "additionalProperties": false, "required": ["repair"],
                    "properties": {
                      "repair": { "$ref": "#/components/schemas/Repair" },
                      "copies": {
                        "type": "boolean", "default": false,
                        "description": "Whether an event that people have copied is meant too"
                      },
                      "dryRun": { "type": "boolean", "default": false }
                    }
                  }
                }
              }
            },
            "responses": {
              "200": {
                "description": "With dryRun: what would be done",
                "content": {
                  "application/json": {
                    "schema": {
                      "type": "object", "required": ["dryRun", "repair", "would", "finding"],
                      "properties": {
                        "dryRun": { "const": true },
                        "repair": { "$ref": "#/components/schemas/Repair" },
                        "would": { "type": "string" },
                        "finding": { "$ref": "#/components/schemas/Finding" }
                      }
                    }
                  }
                }
              },
              "202": {
                "description": "The finding with the job that repairs it",
                "content": {
                  "application/json": { "schema": { "$ref": "#/components/schemas/Finding" } }
                }
              },
              "409": { "$ref": "#/components/responses/Problem" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        }
    """#

  static let findingSchemas = #"""
          "Repair": {
            "type": "string",
            "description": "recreateEvent and cancelBooking are for missing, removeEvent is for extra, followCalendar and restoreTime are for moved",
            "enum": ["recreateEvent", "cancelBooking", "removeEvent", "followCalendar", "restoreTime"]
          },
          "Finding": {
            "type": "object",
            "required": ["id", "kind", "state", "calendar", "isCopy", "firstSeenAt", "lastSeenAt", "repairs"],
            "properties": {
              "id": { "type": "string" },
              "kind": {
                "type": "string", "enum": ["missing", "extra", "moved"],
                "description": "missing: a confirmed booking without its event; extra: an event with our mark and no live booking; moved: the two at different times"
              },
              "state": { "type": "string", "enum": ["open", "resolved"] },
              "calendar": { "type": "string" },
              "booking": { "type": ["string", "null"] },
              "isCopy": {
                "type": "boolean", "description": "Somebody has copied an event of ours, mark and all"
              },
              "agreed": { "$ref": "#/components/schemas/FoundInterval" },
              "found": { "$ref": "#/components/schemas/FoundInterval" },
              "firstSeenAt": { "type": "string", "format": "date-time" },
              "lastSeenAt": { "type": "string", "format": "date-time" },
              "resolvedAt": { "type": ["string", "null"], "format": "date-time" },
              "resolution": {
                "type": ["string", "null"], "enum": ["gone", "past", "repaired", null]
              },
              "repairs": {
                "type": "array", "description": "What can be done about it",
                "items": { "$ref": "#/components/schemas/Repair" }
              },
              "repair": {
                "type": ["object", "null"], "description": "What was started last",
                "properties": {
                  "repair": { "$ref": "#/components/schemas/Repair" },
                  "by": { "type": "string" },
                  "at": { "type": "string", "format": "date-time" },
                  "job": { "type": "string" }
                }
              }
            }
          },
          "FoundInterval": {
            "type": ["object", "null"],
            "properties": {
              "start": { "type": "string", "format": "date-time" },
              "end": { "type": "string", "format": "date-time" }
            }
          }
    """#
}
