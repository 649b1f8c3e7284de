extension OpenAPI {
  static let guestPaths = #"""
        "/b/{slug}": {
          "parameters": [{ "$ref": "#/components/parameters/slug" }],
          "get": {
            "operationId": "showLinkToGuest", "tags": ["guest"], "security": [],
            "summary": "The booking page, or with Accept: application/json the link as guests see it",
            "responses": {
              "200": {
                "description": "The link",
                "content": {
                  "text/html": {},
                  "application/json": { "schema": { "$ref": "#/components/schemas/GuestLink" } }
                }
              },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/b/{slug}/slots": {
          "parameters": [{ "$ref": "#/components/parameters/slug" }],
          "get": {
            "operationId": "listSlots", "tags": ["guest"], "security": [],
            "summary": "The slots that can be booked on some days, at most 62",
            "parameters": [
              {
                "name": "from", "in": "query", "description": "The first day, in the zone asked for",
                "schema": { "type": "string", "format": "date" }
              },
              {
                "name": "to", "in": "query", "description": "The last day, included",
                "schema": { "type": "string", "format": "date" }
              },
              {
                "name": "timeZone", "in": "query", "description": "Without it the link's",
                "schema": { "type": "string" }
              },
              {
                "name": "durationMinutes", "in": "query", "description": "Without it the link's first",
                "schema": { "type": "integer" }
              }
            ],
            "responses": {
              "200": {
                "description": "The slots",
                "content": {
                  "application/json": { "schema": { "$ref": "#/components/schemas/Slots" } }
                }
              },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/b/{slug}/bookings": {
          "parameters": [{ "$ref": "#/components/parameters/slug" }],
          "post": {
            "operationId": "book", "tags": ["guest"], "security": [],
            "summary": "Book a slot",
            "parameters": [
              { "$ref": "#/components/parameters/idempotencyKey" },
              { "$ref": "#/components/parameters/prefer" }
            ],
            "requestBody": {
              "required": true,
              "content": {
                "application/json": { "schema": { "$ref": "#/components/schemas/NewBooking" } },
                "application/x-www-form-urlencoded": {}
              }
            },
            "responses": {
              "200": { "$ref": "#/components/responses/Booking" },
              "201": { "$ref": "#/components/responses/Booking" },
              "202": { "$ref": "#/components/responses/PendingBooking" },
              "303": { "description": "For the page's own form: see the booking" },
              "409": { "$ref": "#/components/responses/Problem" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/b/{slug}/address": {
          "parameters": [{ "$ref": "#/components/parameters/slug" }],
          "post": {
            "operationId": "mailBookingAddress", "tags": ["guest"], "security": [],
            "summary": "Mail a guest who has lost it the address of a booking; the answer never tells whether there is one",
            "requestBody": {
              "required": true,
              "content": {
                "application/json": {
                  "schema": {
                    "type": "object", "additionalProperties": false, "required": ["email"],
                    "properties": { "email": { "type": "string", "maxLength": 320 } }
                  }
                },
                "application/x-www-form-urlencoded": {}
              }
            },
            "responses": {
              "200": { "description": "For the page's own form: what may come" },
              "202": { "description": "The same for every address; at most one mail an hour" },
              "429": { "$ref": "#/components/responses/Problem" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/r/{token}": {
          "parameters": [{ "$ref": "#/components/parameters/token" }],
          "get": {
            "operationId": "showBookingToGuest", "tags": ["guest"], "security": [],
            "summary": "The booking: its page, or with Accept: application/json its JSON with history",
            "responses": {
              "200": {
                "description": "The booking",
                "content": {
                  "text/html": {},
                  "application/json": { "schema": { "$ref": "#/components/schemas/Booking" } }
                }
              },
              "304": { "description": "As If-None-Match names it" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/r/{token}/events": {
          "parameters": [{ "$ref": "#/components/parameters/token" }],
          "get": {
            "operationId": "followBooking", "tags": ["guest"], "security": [],
            "summary": "The booking's JSON as server-sent events, one each time it changes",
            "responses": {
              "200": { "description": "The stream", "content": { "text/event-stream": {} } },
              "204": { "description": "Nothing more can change, and Last-Event-ID names the end" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/r/{token}/reschedule": {
          "parameters": [{ "$ref": "#/components/parameters/token" }],
          "post": {
            "operationId": "rescheduleAsGuest", "tags": ["guest"], "security": [],
            "summary": "Ask for another time; the old one stands until the calendar has moved the event",
            "parameters": [
              { "$ref": "#/components/parameters/idempotencyKey" },
              { "$ref": "#/components/parameters/prefer" }
            ],
            "requestBody": { "$ref": "#/components/requestBodies/Reschedule" },
            "responses": {
              "200": { "$ref": "#/components/responses/Booking" },
              "202": { "$ref": "#/components/responses/PendingBooking" },
              "303": { "description": "For the page's own form: see the booking" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/r/{token}/cancel": {
          "parameters": [{ "$ref": "#/components/parameters/token" }],
          "post": {
            "operationId": "cancelAsGuest", "tags": ["guest"], "security": [],
            "summary": "Cancel the booking; 200 where it is cancelled, or being cancelled, already",
            "parameters": [
              { "$ref": "#/components/parameters/idempotencyKey" },
              { "$ref": "#/components/parameters/prefer" }
            ],
            "requestBody": { "$ref": "#/components/requestBodies/Cancel" },
            "responses": {
              "200": { "$ref": "#/components/responses/Booking" },
              "202": { "$ref": "#/components/responses/PendingBooking" },
              "303": { "description": "For the page's own form: see the booking" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/r/{token}/invite.ics": {
          "parameters": [{ "$ref": "#/components/parameters/token" }],
          "get": {
            "operationId": "showInvite", "tags": ["guest"], "security": [],
            "summary": "The iCalendar object as last sent",
            "responses": {
              "200": { "description": "The object", "content": { "text/calendar": {} } },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/assets/bookend.css": {
          "get": {
            "operationId": "showStyle", "tags": ["guest"], "security": [],
            "summary": "The pages' style",
            "responses": { "200": { "description": "The style", "content": { "text/css": {} } } }
          }
        },
        "/assets/bookend.js": {
          "get": {
            "operationId": "showScript", "tags": ["guest"], "security": [],
            "summary": "The pages' script, which they work without",
            "responses": {
              "200": { "description": "The script", "content": { "text/javascript": {} } }
            }
          }
        },
        "/assets/live.js": {
          "get": {
            "operationId": "showLiveScript", "tags": ["guest"], "security": [],
            "summary": "The script of a booking's page, which shows news at once",
            "responses": {
              "200": { "description": "The script", "content": { "text/javascript": {} } }
            }
          }
        }
    """#
}
