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
    \#(oneJob("retry", "retryJob", "Run a job again that failed, was cancelled, is parked or waits for its next attempt"))
    \#(oneJob("runNow", "runJobNow", "Do not let a job wait for its time"))
    \#(oneJob("cancel", "cancelJob", "Take a job back: it ends as cancelled, and whoever waits for it is told"))
    \#(oneJob("discard", "discardJob", "Give a job up: it ends as discarded, and whoever waits for it is told"))
    \#(effect("accept", "acceptEffect", "Say that a change of unknown outcome was made"))
    \#(effect("resend", "resendEffect", "Say that a change of unknown outcome was not made: make it"))
    \#(manyJobs("retry", "retryJobs", "Retry every job that fits"))
    \#(manyJobs("runNow", "runJobsNow", "Let no job that fits wait for its time"))
    \#(manyJobs("cancel", "cancelJobs", "Cancel every job that fits"))
    \#(manyJobs("discard", "discardJobs", "Discard every job that fits"))
    \#(plain("get", "/v1/actions", "listActions", "What operators have done, newest first", "Actions"))
    \#(plain("post", "/v1/actions/{id}/undo", "undoAction", "Put back those of its jobs that have not begun since", "Undone"))
    \#(plain("get", "/v1/queues", "listQueues", "Queues: what waits, what runs, what is paused", "Queues"))
    \#(plain("post", "/v1/queues/{name}/pause", "pauseQueue", "Claim nothing more of a queue until it is resumed", "Queues"))
    \#(plain("post", "/v1/queues/{name}/resume", "resumeQueue", "Let a queue go on", "Queues"))
    \#(plain("post", "/v1/kinds/{name}/pause", "pauseKind", "Claim nothing more of a kind of job until it is resumed", "Queues"))
    \#(plain("post", "/v1/kinds/{name}/resume", "resumeKind", "Let a kind of job go on", "Queues"))
    \#(plain("get", "/v1/lanes", "listLanes", "Lanes, one for each account at a provider", "Lanes"))
    \#(plain("post", "/v1/lanes/{id}/reset", "resetLane", "Close a lane's breaker and let its jobs go on", "Lane"))
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

// Operations that differ in their names only.
extension OpenAPI {
  private static func oneJob(_ verb: String, _ id: String, _ summary: String) -> String {
    #"""
        "/v1/jobs/{id}/\#(verb)": {
          "parameters": [{ "$ref": "#/components/parameters/id" }],
          "post": {
            \#(head(id, "jobs:write", summary)),
            "requestBody": { "$ref": "#/components/requestBodies/JobAction" },
            "responses": {
              "200": { "$ref": "#/components/responses/ActionForecast" },
              "202": { "$ref": "#/components/responses/Job" },
              "409": { "$ref": "#/components/responses/Problem" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
    """#
  }

  private static func manyJobs(_ verb: String, _ id: String, _ summary: String) -> String {
    #"""
        "/v1/jobs/\#(verb)": {
          "post": {
            \#(head(id, "jobs:write", summary)),
            "requestBody": { "$ref": "#/components/requestBodies/JobsAction" },
            "responses": {
              "200": { "$ref": "#/components/responses/ActionForecast" },
              "202": { "$ref": "#/components/responses/Action" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
    """#
  }

  private static func effect(_ verb: String, _ id: String, _ summary: String) -> String {
    #"""
        "/v1/jobs/{id}/effects/\#(verb)": {
          "parameters": [{ "$ref": "#/components/parameters/id" }],
          "post": {
            \#(head(id, "jobs:write", summary)),
            "requestBody": { "$ref": "#/components/requestBodies/Effect" },
            "responses": {
              "202": { "$ref": "#/components/responses/Job" },
              "409": { "$ref": "#/components/responses/Problem" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
    """#
  }

  /// Without a body, answered by one of the responses below.
  private static func plain(
    _ method: String, _ path: String, _ id: String, _ summary: String, _ response: String
  ) -> String {
    let parameters = path.split(separator: "/").filter { $0.hasPrefix("{") }
      .map { ##"{ "$ref": "#/components/parameters/\##($0.dropFirst().dropLast())" }"## }
    return #"""
          "\#(path)": {
            "parameters": [\#(parameters.joined(separator: ", "))],
            "\#(method)": {
              \#(head(id, method == "get" ? "jobs:read" : "jobs:write", summary)),
              "responses": {
                "200": { "$ref": "#/components/responses/\#(response)" },
                "default": { "$ref": "#/components/responses/Problem" }
              }
            }
          },
      """#
  }

  private static func head(_ id: String, _ scope: String, _ summary: String) -> String {
    let key = ##", "parameters": [{ "$ref": "#/components/parameters/idempotencyKey" }]"##
    return #"""
      "operationId": "\#(id)", "tags": ["operator"],
              "security": [{ "apiKey": ["\#(scope)"] }],
              "summary": "\#(summary)"\#(scope == "jobs:write" ? key : "")
      """#
  }
}
