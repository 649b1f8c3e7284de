extension OpenAPI {
  static let connectionPaths = #"""
        "/v1/connections": {
          "get": {
            "operationId": "listConnections", "tags": ["agent"],
            "security": [{ "apiKey": ["connections:write"] }],
            "summary": "Calendar accounts with their calendars, newest first",
            "parameters": [
              { "$ref": "#/components/parameters/host" },
              { "$ref": "#/components/parameters/limit" },
              { "$ref": "#/components/parameters/cursor" }
            ],
            "responses": {
    \#(page(of: "Connection", "A page of connections")),
              "default": { "$ref": "#/components/responses/Problem" }
            }
          },
          "post": {
            "operationId": "createConnection", "tags": ["agent"],
            "security": [{ "apiKey": ["connections:write"] }],
            "summary": "Connect an account by what is typed",
            "description": "The account is asked for its calendars first: one that does not let us in is not kept. The same account again is the same connection, with its secret replaced and what waited for it woken (200).",
            "parameters": [{ "$ref": "#/components/parameters/idempotencyKey" }],
            "requestBody": {
              "required": true,
              "content": {
                "application/json": { "schema": { "$ref": "#/components/schemas/NewConnection" } }
              }
            },
            "responses": {
              "200": { "$ref": "#/components/responses/Connection" },
              "201": {
                "description": "The new connection",
                "headers": { "Location": { "schema": { "type": "string" } } },
                "content": {
                  "application/json": { "schema": { "$ref": "#/components/schemas/Connection" } }
                }
              },
              "422": { "$ref": "#/components/responses/Problem" },
              "503": { "$ref": "#/components/responses/Problem" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/v1/connections/{id}": {
          "parameters": [{ "$ref": "#/components/parameters/id" }],
          "get": {
            "operationId": "showConnection", "tags": ["agent"],
            "security": [{ "apiKey": ["connections:write"] }],
            "summary": "One account with its calendars",
            "responses": {
              "200": { "$ref": "#/components/responses/Connection" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          },
          "delete": {
            "operationId": "deleteConnection", "tags": ["agent"],
            "security": [{ "apiKey": ["connections:write"] }],
            "summary": "Disconnect an account and end what it has granted",
            "description": "Where links use its calendars, or bookings on them are still to come, nothing is done and the problem names them (409), unless links=pause says that those links are to take no bookings until they have been given other calendars. Bookings stay; their events can no longer be changed.",
            "parameters": [
              { "name": "links", "in": "query", "schema": { "type": "string", "enum": ["pause"] } }
            ],
            "responses": {
              "204": { "description": "It is disconnected" },
              "409": { "$ref": "#/components/responses/Problem" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/v1/connections/{id}/test": {
          "parameters": [{ "$ref": "#/components/parameters/id" }],
          "post": {
            "operationId": "testConnection", "tags": ["agent"],
            "security": [{ "apiKey": ["connections:write"] }],
            "summary": "Ask the account whether it answers; new calendars are taken over",
            "responses": {
              "200": {
                "description": "The account as it is now, and how many jobs were woken",
                "content": {
                  "application/json": {
                    "schema": {
                      "allOf": [
                        { "$ref": "#/components/schemas/Connection" },
                        { "properties": { "jobsWoken": { "type": "integer" } } }
                      ]
                    }
                  }
                }
              },
              "503": { "$ref": "#/components/responses/Problem" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/v1/connections/{id}/calendars": {
          "parameters": [{ "$ref": "#/components/parameters/id" }],
          "get": {
            "operationId": "listCalendars", "tags": ["agent"],
            "security": [{ "apiKey": ["connections:write"] }],
            "summary": "An account's calendars, as it listed them last",
            "responses": {
    \#(page(of: "Calendar", "All of them")),
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/v1/connections/{provider}/authorize": {
          "parameters": [{ "$ref": "#/components/parameters/provider" }],
          "get": {
            "operationId": "authorizeConnection", "tags": ["agent"],
            "security": [{ "apiKey": ["connections:write"] }],
            "summary": "The address that a person opens to connect their own account",
            "parameters": [
              { "$ref": "#/components/parameters/host" },
              {
                "name": "connection", "in": "query",
                "description": "The account that is to be connected again",
                "schema": { "type": "string" }
              }
            ],
            "responses": {
              "200": {
                "description": "Good for an hour; the sign-in begun there for ten minutes, once",
                "content": {
                  "application/json": {
                    "schema": {
                      "type": "object", "required": ["url", "expiresAt"],
                      "properties": {
                        "url": { "type": "string", "format": "uri" },
                        "expiresAt": { "type": "string", "format": "date-time" }
                      }
                    }
                  }
                }
              },
              "409": { "$ref": "#/components/responses/Problem" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/connect/{ticket}": {
          "parameters": [{ "$ref": "#/components/parameters/ticket" }],
          "get": {
            "operationId": "showSignIn", "tags": ["guest"], "security": [],
            "summary": "The page on which a person sets out to connect an account",
            "responses": {
              "200": {
                "description": "The page", "content": { "text/html": { "schema": { "type": "string" } } }
              },
              "404": {
                "description": "Too old, or none of ours",
                "content": { "text/html": { "schema": { "type": "string" } } }
              }
            }
          },
          "post": {
            "operationId": "beginSignIn", "tags": ["guest"], "security": [],
            "summary": "Sets out: to the provider, with a cookie that has to come back",
            "responses": {
              "303": {
                "description": "To the provider",
                "headers": { "Location": { "schema": { "type": "string" } } }
              }
            }
          }
        },
        "/connect/{provider}/callback": {
          "parameters": [{ "$ref": "#/components/parameters/provider" }],
          "get": {
            "operationId": "finishSignIn", "tags": ["guest"], "security": [],
            "summary": "Where the provider sends the browser back",
            "parameters": [
              { "name": "state", "in": "query", "required": true, "schema": { "type": "string" } },
              { "name": "code", "in": "query", "schema": { "type": "string" } },
              { "name": "error", "in": "query", "schema": { "type": "string" } }
            ],
            "responses": {
              "200": {
                "description": "Connected", "content": { "text/html": { "schema": { "type": "string" } } }
              },
              "default": {
                "description": "Why not, as a page",
                "content": { "text/html": { "schema": { "type": "string" } } }
              }
            }
          }
        }
    """#

  static let connectionSchemas = #"""
          "Calendar": {
            "type": "object", "required": ["id", "name", "timeZone", "isWritable"],
            "properties": {
              "id": { "type": "string" }, "name": { "type": "string" },
              "timeZone": { "type": "string", "description": "IANA name" },
              "isWritable": {
                "type": "boolean", "description": "Else it can only be looked at for conflicts"
              }
            }
          },
          "Connection": {
            "type": "object",
            "required": ["id", "host", "provider", "name", "state", "calendars", "createdAt"],
            "properties": {
              "id": { "type": "string" }, "host": { "type": "string" },
              "provider": { "type": "string", "enum": ["local", "caldav", "google", "outlook"] },
              "name": { "type": "string" },
              "url": { "type": "string" },
              "username": { "type": "string", "description": "As the provider calls the account" },
              "state": { "type": "string", "enum": ["connected", "needsOwner"] },
              "problem": {
                "type": "string", "description": "What a person has to mend before it is of use"
              },
              "calendars": {
                "type": "array", "items": { "$ref": "#/components/schemas/Calendar" }
              },
              "createdAt": { "type": "string", "format": "date-time" }
            }
          },
          "NewConnection": {
            "type": "object", "required": ["provider"],
            "properties": {
              "provider": { "type": "string", "enum": ["local", "caldav", "google", "outlook"] },
              "host": {
                "type": "string", "description": "Whose, for a key that acts for several hosts"
              },
              "name": { "type": "string", "minLength": 1, "maxLength": 200 },
              "timeZone": { "type": "string", "description": "local: without it the host's" },
              "url": { "type": "string", "description": "caldav: server, principal or calendar" },
              "username": { "type": "string", "description": "caldav" },
              "password": {
                "type": "string", "writeOnly": true, "description": "caldav: better an app password"
              },
              "serviceAccount": {
                "type": "object", "writeOnly": true, "description": "google: the key file as it is"
              },
              "subject": { "type": "string", "description": "google: whom it acts for" },
              "mailbox": {
                "type": "string",
                "description": "outlook: the host's own address, by this installation's credentials"
              }
            }
          }
    """#
}
