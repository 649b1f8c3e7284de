extension OpenAPI {
  static let providerCallPaths = #"""
        "/watches/google/{id}": {
          "parameters": [{ "$ref": "#/components/parameters/id" }],
          "post": {
            "operationId": "hearGoogle", "tags": ["provider"], "security": [],
            "summary": "Google says that a calendar has changed; believed by the token that it was given",
            "parameters": [
              {
                "name": "X-Goog-Channel-ID", "in": "header", "required": true,
                "schema": { "type": "string" }
              },
              { "name": "X-Goog-Channel-Token", "in": "header", "schema": { "type": "string" } },
              {
                "name": "X-Goog-Resource-State", "in": "header", "required": true,
                "schema": { "type": "string", "examples": ["sync", "exists", "not_exists"] }
              }
            ],
            "responses": {
              "202": { "description": "Taken in, or not believed: they are answered alike" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/watches/outlook/{id}": {
          "parameters": [{ "$ref": "#/components/parameters/id" }],
          "post": {
            "operationId": "hearOutlook", "tags": ["provider"], "security": [],
            "summary": "Microsoft says that calendars have changed, or what becomes of a subscription",
            "parameters": [
              {
                "name": "validationToken", "in": "query",
                "description": "The handshake: answered with itself where we have named this address to Microsoft",
                "schema": { "type": "string", "maxLength": 2048 }
              }
            ],
            "requestBody": {
              "content": {
                "application/json": {
                  "schema": {
                    "type": "object", "required": ["value"],
                    "properties": {
                      "value": {
                        "type": "array",
                        "items": {
                          "type": "object", "required": ["subscriptionId"],
                          "properties": {
                            "subscriptionId": { "type": "string" },
                            "clientState": { "type": "string" },
                            "lifecycleEvent": {
                              "type": "string",
                              "examples": ["reauthorizationRequired", "subscriptionRemoved", "missed"]
                            }
                          }
                        }
                      }
                    }
                  }
                }
              }
            },
            "responses": {
              "200": { "description": "The handshake's token", "content": { "text/plain": {} } },
              "202": { "description": "Taken in, or not believed: they are answered alike" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        }
    """#
}
