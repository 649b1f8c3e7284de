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
                "name": "lane", "in": "query", "description": "The account at a provider: a connection's id",
                "schema": { "type": "string" }
              },
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
            "requestBody": { "$ref": "#/components/requestBodies/JobAction" },
            "responses": {
              "200": { "$ref": "#/components/responses/ActionForecast" },
              "202": { "$ref": "#/components/responses/Job" },
              "409": { "$ref": "#/components/responses/Problem" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/v1/jobs/{id}/runNow": {
          "parameters": [{ "$ref": "#/components/parameters/id" }],
          "post": {
            "operationId": "runJobNow", "tags": ["operator"],
            "security": [{ "apiKey": ["jobs:write"] }],
            "summary": "Do not let a job wait for its time",
            "requestBody": { "$ref": "#/components/requestBodies/JobAction" },
            "responses": {
              "200": { "$ref": "#/components/responses/ActionForecast" },
              "202": { "$ref": "#/components/responses/Job" },
              "409": { "$ref": "#/components/responses/Problem" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/v1/jobs/{id}/cancel": {
          "parameters": [{ "$ref": "#/components/parameters/id" }],
          "post": {
            "operationId": "cancelJob", "tags": ["operator"],
            "security": [{ "apiKey": ["jobs:write"] }],
            "summary": "Take a job back: it ends as cancelled, and whoever waits for it is told",
            "requestBody": { "$ref": "#/components/requestBodies/JobAction" },
            "responses": {
              "200": { "$ref": "#/components/responses/ActionForecast" },
              "202": { "$ref": "#/components/responses/Job" },
              "409": { "$ref": "#/components/responses/Problem" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/v1/jobs/{id}/discard": {
          "parameters": [{ "$ref": "#/components/parameters/id" }],
          "post": {
            "operationId": "discardJob", "tags": ["operator"],
            "security": [{ "apiKey": ["jobs:write"] }],
            "summary": "Give a job up: it ends as discarded, and whoever waits for it is told",
            "requestBody": { "$ref": "#/components/requestBodies/JobAction" },
            "responses": {
              "200": { "$ref": "#/components/responses/ActionForecast" },
              "202": { "$ref": "#/components/responses/Job" },
              "409": { "$ref": "#/components/responses/Problem" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/v1/jobs/{id}/effects/accept": {
          "parameters": [{ "$ref": "#/components/parameters/id" }],
          "post": {
            "operationId": "acceptEffect", "tags": ["operator"],
            "security": [{ "apiKey": ["jobs:write"] }],
            "summary": "Say that a change of unknown outcome was made",
            "requestBody": {
              "required": true,
              "content": {
                "application/json": {
                  "schema": {
                    "type": "object", "required": ["key"],
                    "properties": { "key": { "type": "string" } }
                  }
                }
              }
            },
            "responses": {
              "202": { "$ref": "#/components/responses/Job" },
              "409": { "$ref": "#/components/responses/Problem" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/v1/jobs/{id}/effects/resend": {
          "parameters": [{ "$ref": "#/components/parameters/id" }],
          "post": {
            "operationId": "resendEffect", "tags": ["operator"],
            "security": [{ "apiKey": ["jobs:write"] }],
            "summary": "Say that a change of unknown outcome was not made: it is made without asking first",
            "requestBody": {
              "required": true,
              "content": {
                "application/json": {
                  "schema": {
                    "type": "object", "required": ["key"],
                    "properties": { "key": { "type": "string" } }
                  }
                }
              }
            },
            "responses": {
              "202": { "$ref": "#/components/responses/Job" },
              "409": { "$ref": "#/components/responses/Problem" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/v1/jobs/retry": {
          "post": {
            "operationId": "retryJobs", "tags": ["operator"],
            "security": [{ "apiKey": ["jobs:write"] }],
            "summary": "Retry every job that fits",
            "requestBody": { "$ref": "#/components/requestBodies/JobsAction" },
            "responses": {
              "200": { "$ref": "#/components/responses/ActionForecast" },
              "202": { "$ref": "#/components/responses/Action" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/v1/jobs/runNow": {
          "post": {
            "operationId": "runJobsNow", "tags": ["operator"],
            "security": [{ "apiKey": ["jobs:write"] }],
            "summary": "Let no job that fits wait for its time",
            "requestBody": { "$ref": "#/components/requestBodies/JobsAction" },
            "responses": {
              "200": { "$ref": "#/components/responses/ActionForecast" },
              "202": { "$ref": "#/components/responses/Action" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/v1/jobs/cancel": {
          "post": {
            "operationId": "cancelJobs", "tags": ["operator"],
            "security": [{ "apiKey": ["jobs:write"] }],
            "summary": "Cancel every job that fits",
            "requestBody": { "$ref": "#/components/requestBodies/JobsAction" },
            "responses": {
              "200": { "$ref": "#/components/responses/ActionForecast" },
              "202": { "$ref": "#/components/responses/Action" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/v1/jobs/discard": {
          "post": {
            "operationId": "discardJobs", "tags": ["operator"],
            "security": [{ "apiKey": ["jobs:write"] }],
            "summary": "Discard every job that fits",
            "requestBody": { "$ref": "#/components/requestBodies/JobsAction" },
            "responses": {
              "200": { "$ref": "#/components/responses/ActionForecast" },
              "202": { "$ref": "#/components/responses/Action" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/v1/actions": {
          "get": {
            "operationId": "listActions", "tags": ["operator"],
            "security": [{ "apiKey": ["jobs:read"] }],
            "summary": "What operators have done, newest first",
            "responses": {
              "200": { "$ref": "#/components/responses/Actions" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/v1/actions/{id}/undo": {
          "parameters": [{ "$ref": "#/components/parameters/id" }],
          "post": {
            "operationId": "undoAction", "tags": ["operator"],
            "security": [{ "apiKey": ["jobs:write"] }],
            "summary": "Put back those of its jobs that have not begun since",
            "responses": {
              "200": { "$ref": "#/components/responses/Undone" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/v1/queues": {
          "get": {
            "operationId": "listQueues", "tags": ["operator"],
            "security": [{ "apiKey": ["jobs:read"] }],
            "summary": "Queues: what waits, what runs, what is paused",
            "responses": {
              "200": { "$ref": "#/components/responses/Queues" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/v1/queues/{name}/pause": {
          "parameters": [{ "$ref": "#/components/parameters/name" }],
          "post": {
            "operationId": "pauseQueue", "tags": ["operator"],
            "security": [{ "apiKey": ["jobs:write"] }],
            "summary": "Claim nothing more of a queue until it is resumed",
            "responses": {
              "200": { "$ref": "#/components/responses/Queues" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/v1/queues/{name}/resume": {
          "parameters": [{ "$ref": "#/components/parameters/name" }],
          "post": {
            "operationId": "resumeQueue", "tags": ["operator"],
            "security": [{ "apiKey": ["jobs:write"] }],
            "summary": "Let a queue go on",
            "responses": {
              "200": { "$ref": "#/components/responses/Queues" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/v1/kinds/{name}/pause": {
          "parameters": [{ "$ref": "#/components/parameters/name" }],
          "post": {
            "operationId": "pauseKind", "tags": ["operator"],
            "security": [{ "apiKey": ["jobs:write"] }],
            "summary": "Claim nothing more of a kind of job until it is resumed",
            "responses": {
              "200": { "$ref": "#/components/responses/Queues" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/v1/kinds/{name}/resume": {
          "parameters": [{ "$ref": "#/components/parameters/name" }],
          "post": {
            "operationId": "resumeKind", "tags": ["operator"],
            "security": [{ "apiKey": ["jobs:write"] }],
            "summary": "Let a kind of job go on",
            "responses": {
              "200": { "$ref": "#/components/responses/Queues" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/v1/lanes": {
          "get": {
            "operationId": "listLanes", "tags": ["operator"],
            "security": [{ "apiKey": ["jobs:read"] }],
            "summary": "Lanes, one for each account at a provider",
            "responses": {
              "200": { "$ref": "#/components/responses/Lanes" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/v1/lanes/{id}/reset": {
          "parameters": [{ "$ref": "#/components/parameters/id" }],
          "post": {
            "operationId": "resetLane", "tags": ["operator"],
            "security": [{ "apiKey": ["jobs:write"] }],
            "summary": "Close a lane's breaker and let its jobs go on",
            "responses": {
              "200": { "$ref": "#/components/responses/Lane" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/metrics": {
          "get": {
            "operationId": "showMetrics", "tags": ["operator"],
            "security": [{ "apiKey": ["jobs:read"] }],
            "summary": "Numbers for Prometheus",
            "responses": {
              "200": { "description": "Text exposition format 0.0.4", "content": { "text/plain": {} } },
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
