extension OpenAPI {
  static let operatorPaths = #"""
        "/v1/jobs": {
          "get": {
            "operationId": "listJobs", "tags": ["operator"],
            "security": [{ "apiKey": ["jobs:read"] }],
            "summary": "The organization's jobs, newest first",
            "parameters": [
              {
                "name": "state", "in": "query", "style": "form", "explode": false,
                "description": "Several with commas between them, or repeated. scheduled and retryable find all available jobs.",
                "schema": { "type": "array", "items": { "$ref": "#/components/schemas/JobState" } }
              },
              { "name": "kind", "in": "query", "schema": { "type": "string" } },
              { "name": "queue", "in": "query", "schema": { "type": "string" } },
              {
                "name": "since", "in": "query", "description": "Enqueued at or after it",
                "schema": { "type": "string", "format": "date-time" }
              },
              {
                "name": "until", "in": "query", "description": "Enqueued before it",
                "schema": { "type": "string", "format": "date-time" }
              },
              {
                "name": "error", "in": "query", "description": "The class of the last error",
                "schema": { "$ref": "#/components/schemas/ErrorClass" }
              },
              { "$ref": "#/components/parameters/limit" },
              { "$ref": "#/components/parameters/cursor" }
            ],
            "responses": {
              "200": {
                "description": "A page of jobs, without their attempts",
                "content": {
                  "application/json": {
                    "schema": {
                      "allOf": [
                        { "$ref": "#/components/schemas/Page" },
                        {
                          "properties": {
                            "data": {
                              "type": "array", "items": { "$ref": "#/components/schemas/Job" }
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
        "/v1/jobs/{id}": {
          "parameters": [{ "$ref": "#/components/parameters/id" }],
          "get": {
            "operationId": "showJob", "tags": ["operator"],
            "security": [{ "apiKey": ["jobs:read"] }],
            "summary": "One job with every attempt and what it waits for",
            "responses": {
              "200": {
                "description": "The job",
                "content": {
                  "application/json": { "schema": { "$ref": "#/components/schemas/Job" } }
                }
              },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/v1/jobs/{id}/retry": {
          "parameters": [{ "$ref": "#/components/parameters/id" }],
          "post": {
            "operationId": "retryJob", "tags": ["operator"],
            "security": [{ "apiKey": ["jobs:write"] }],
            "summary": "Run a job again that failed, was cancelled, is parked or waits for its next attempt",
            "responses": {
              "202": {
                "description": "The job, available again",
                "content": {
                  "application/json": { "schema": { "$ref": "#/components/schemas/Job" } }
                }
              },
              "409": { "$ref": "#/components/responses/Problem" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/healthz": {
          "get": {
            "operationId": "showHealth", "tags": ["operator"], "security": [],
            "summary": "Whether the process lives",
            "responses": { "200": { "description": "It does" } }
          }
        },
        "/readyz": {
          "get": {
            "operationId": "showReadiness", "tags": ["operator"], "security": [],
            "summary": "Whether requests are taken; not while draining",
            "responses": {
              "200": { "description": "They are" },
              "503": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/openapi.json": {
          "get": {
            "operationId": "showInterface", "tags": ["operator"], "security": [],
            "summary": "This document",
            "responses": { "200": { "description": "It", "content": { "application/json": {} } } }
          }
        }
    """#
}
