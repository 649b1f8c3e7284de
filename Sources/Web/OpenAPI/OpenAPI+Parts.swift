extension OpenAPI {
  static let parameters = #"""
        "parameters": {
          "id": { "name": "id", "in": "path", "required": true, "schema": { "type": "string" } },
          "slug": { "name": "slug", "in": "path", "required": true, "schema": { "type": "string" } },
          "token": {
            "name": "token", "in": "path", "required": true, "schema": { "type": "string" }
          },
          "name": {
            "name": "name", "in": "path", "required": true, "schema": { "type": "string" }
          },
          "provider": {
            "name": "provider", "in": "path", "required": true,
            "schema": { "type": "string", "enum": ["google", "outlook"] }
          },
          "ticket": {
            "name": "ticket", "in": "path", "required": true, "schema": { "type": "string" }
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
          "JobAction": {
            "content": {
              "application/json": {
                "schema": {
                  "type": "object", "additionalProperties": false,
                  "properties": { "dryRun": { "type": "boolean", "default": false } }
                }
              }
            }
          },
          "Effect": {
            "required": true,
            "content": {
              "application/json": {
                "schema": {
                  "type": "object", "additionalProperties": false, "required": ["key"],
                  "properties": { "key": { "type": "string" } }
                }
              }
            }
          },
          "JobsAction": {
            "required": true,
            "content": {
              "application/json": {
                "schema": {
                  "type": "object", "additionalProperties": false, "minProperties": 1,
                  "description": "The filters of GET /v1/jobs, at least one, and whether only to say what would happen",
                  "properties": {
                    "state": {
                      "type": "array", "items": { "$ref": "#/components/schemas/JobState" }
                    },
                    "kind": { "type": "string" },
                    "queue": { "type": "string" },
                    "lane": { "type": "string" },
                    "since": { "type": "string", "format": "date-time" },
                    "until": { "type": "string", "format": "date-time" },
                    "error": { "$ref": "#/components/schemas/ErrorClass" },
                    "dryRun": { "type": "boolean", "default": false }
                  }
                }
              }
            }
          },
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
          "Job": {
            "description": "The job as it stands now",
            "content": {
              "application/json": { "schema": { "$ref": "#/components/schemas/Job" } }
            }
          },
          "ActionForecast": {
            "description": "What would happen; nothing is changed",
            "content": {
              "application/json": { "schema": { "$ref": "#/components/schemas/ActionForecast" } }
            }
          },
          "Action": {
            "description": "What was done, and to how many jobs",
            "content": {
              "application/json": { "schema": { "$ref": "#/components/schemas/Action" } }
            }
          },
          "Actions": {
            "description": "Newest first",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object", "required": ["data"],
                  "properties": {
                    "data": { "type": "array", "items": { "$ref": "#/components/schemas/Action" } }
                  }
                }
              }
            }
          },
          "Undone": {
            "description": "How many jobs were put back",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object", "required": ["putBack", "underWay"],
                  "properties": {
                    "putBack": { "type": "integer", "description": "So far" },
                    "underWay": {
                      "type": "boolean",
                      "description": "It has not come to all of them; it goes on by itself"
                    }
                  }
                }
              }
            }
          },
          "Queues": {
            "description": "Every queue",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object", "required": ["data"],
                  "properties": {
                    "data": { "type": "array", "items": { "$ref": "#/components/schemas/Queue" } }
                  }
                }
              }
            }
          },
          "Lanes": {
            "description": "Every lane of the organization that has been used",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object", "required": ["data"],
                  "properties": {
                    "data": { "type": "array", "items": { "$ref": "#/components/schemas/Lane" } }
                  }
                }
              }
            }
          },
          "Lane": {
            "description": "The lane as it stands now",
            "content": {
              "application/json": { "schema": { "$ref": "#/components/schemas/Lane" } }
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
          "Connection": {
            "description": "The account with its calendars",
            "content": {
              "application/json": { "schema": { "$ref": "#/components/schemas/Connection" } }
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
