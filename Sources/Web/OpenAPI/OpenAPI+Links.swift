extension OpenAPI {
  static let linkPaths = #"""
        "/v1/links": {
          "post": {
            "operationId": "createLink", "tags": ["agent"],
            "security": [{ "apiKey": ["links:write"] }],
            "summary": "Make a link",
            "parameters": [{ "$ref": "#/components/parameters/idempotencyKey" }],
            "requestBody": {
              "required": true,
              "content": {
                "application/json": { "schema": { "$ref": "#/components/schemas/NewLink" } }
              }
            },
            "responses": {
              "201": {
                "description": "The link",
                "headers": {
                  "Location": { "schema": { "type": "string" } },
                  "ETag": { "schema": { "type": "string" } }
                },
                "content": {
                  "application/json": { "schema": { "$ref": "#/components/schemas/Link" } }
                }
              },
              "409": { "$ref": "#/components/responses/Problem" },
              "422": { "$ref": "#/components/responses/Problem" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          },
          "get": {
            "operationId": "listLinks", "tags": ["agent"],
            "security": [{ "apiKey": ["links:read"] }],
            "summary": "Links, newest first; deleted ones never",
            "parameters": [
              {
                "name": "state", "in": "query",
                "schema": { "type": "string", "enum": ["active", "paused", "spent"] }
              },
              {
                "name": "kind", "in": "query",
                "schema": { "type": "string", "enum": ["recurring", "singleUse"] }
              },
              {
                "name": "q", "in": "query", "description": "Part of the title or the slug",
                "schema": { "type": "string", "minLength": 1, "maxLength": 200 }
              },
              { "$ref": "#/components/parameters/host" },
              { "$ref": "#/components/parameters/limit" },
              { "$ref": "#/components/parameters/cursor" }
            ],
            "responses": {
    \#(page(of: "Link", "A page of links")),
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/v1/links/{id}": {
          "parameters": [{ "$ref": "#/components/parameters/id" }],
          "get": {
            "operationId": "showLink", "tags": ["agent"],
            "security": [{ "apiKey": ["links:read"] }],
            "summary": "One link",
            "parameters": [
              { "name": "If-None-Match", "in": "header", "schema": { "type": "string" } }
            ],
            "responses": {
              "200": {
                "description": "The link",
                "headers": { "ETag": { "schema": { "type": "string" } } },
                "content": {
                  "application/json": { "schema": { "$ref": "#/components/schemas/Link" } }
                }
              },
              "304": { "description": "As If-None-Match names it" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          },
          "patch": {
            "operationId": "updateLink", "tags": ["agent"],
            "security": [{ "apiKey": ["links:write"] }],
            "summary": "Change some of a link's settings: null gives one back its default, what is not sent stays",
            "parameters": [
              { "name": "If-Match", "in": "header", "schema": { "type": "string" } },
              { "$ref": "#/components/parameters/idempotencyKey" }
            ],
            "requestBody": {
              "required": true,
              "content": {
                "application/json": { "schema": { "$ref": "#/components/schemas/LinkChange" } }
              }
            },
            "responses": {
              "200": { "$ref": "#/components/responses/Link" },
              "412": { "$ref": "#/components/responses/Problem" },
              "422": { "$ref": "#/components/responses/Problem" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          },
          "delete": {
            "operationId": "deleteLink", "tags": ["agent"],
            "security": [{ "apiKey": ["links:write"] }],
            "summary": "Delete a link; bookings made under it stay",
            "parameters": [
              { "name": "If-Match", "in": "header", "schema": { "type": "string" } },
              { "$ref": "#/components/parameters/idempotencyKey" }
            ],
            "responses": {
              "204": { "description": "It is deleted" },
              "412": { "$ref": "#/components/responses/Problem" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
    \#(linkActions),
        "/v1/links/{id}/send": {
          "parameters": [{ "$ref": "#/components/parameters/id" }],
          "post": {
            "operationId": "sendLink", "tags": ["agent"],
            "security": [{ "apiKey": ["links:write"] }],
            "summary": "Mail the link to somebody; once a day for each person, however often it is asked",
            "requestBody": {
              "required": true,
              "content": {
                "application/json": {
                  "schema": {
                    "type": "object", "additionalProperties": false, "required": ["to"],
                    "properties": {
                      "to": {
                        "type": "object", "additionalProperties": false, "required": ["email"],
                        "properties": {
                          "name": { "type": "string", "maxLength": 200 },
                          "email": { "type": "string", "format": "email", "maxLength": 320 }
                        }
                      },
                      "message": {
                        "type": "string", "maxLength": 1000,
                        "description": "The sender's own words"
                      }
                    }
                  }
                }
              }
            },
            "responses": {
              "202": {
                "description": "The job that mails it is durable; isRepeat where there was one today already",
                "headers": { "Location": { "schema": { "type": "string" } } },
                "content": {
                  "application/json": { "schema": { "$ref": "#/components/schemas/MailedLink" } }
                }
              },
              "409": { "$ref": "#/components/responses/Problem" },
              "410": { "$ref": "#/components/responses/Problem" },
              "429": { "$ref": "#/components/responses/Problem" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        }
    """#
}
