extension OpenAPI {
  static let bookingPaths = #"""
        "/v1/bookings": {
          "get": {
            "operationId": "listBookings", "tags": ["agent"],
            "security": [{ "apiKey": ["bookings:read"] }],
            "summary": "Bookings, newest first",
            "parameters": [
              {
                "name": "link", "in": "query", "description": "A link's id",
                "schema": { "type": "string" }
              },
              {
                "name": "from", "in": "query", "description": "Those that end after it",
                "schema": { "type": "string", "format": "date-time" }
              },
              {
                "name": "to", "in": "query", "description": "Those that start before it",
                "schema": { "type": "string", "format": "date-time" }
              },
              {
                "name": "state", "in": "query",
                "schema": { "$ref": "#/components/schemas/BookingState" }
              },
              {
                "name": "guest", "in": "query", "description": "The guest's email address",
                "schema": { "type": "string" }
              },
              { "$ref": "#/components/parameters/host" },
              { "$ref": "#/components/parameters/limit" },
              { "$ref": "#/components/parameters/cursor" }
            ],
            "responses": {
    \#(page(of: "Booking", "A page of bookings, without their history")),
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/v1/bookings/{id}": {
          "parameters": [{ "$ref": "#/components/parameters/id" }],
          "get": {
            "operationId": "showBooking", "tags": ["agent"],
            "security": [{ "apiKey": ["bookings:read"] }],
            "summary": "One booking with its history; its url only for keys with bookings:write",
            "responses": {
              "200": { "$ref": "#/components/responses/Booking" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/v1/bookings/{id}/cancel": {
          "parameters": [{ "$ref": "#/components/parameters/id" }],
          "post": {
            "operationId": "cancelBooking", "tags": ["agent"],
            "security": [{ "apiKey": ["bookings:write"] }],
            "summary": "Cancel for the host; 200 where it is cancelled, or being cancelled, already",
            "parameters": [
              { "$ref": "#/components/parameters/idempotencyKey" },
              { "$ref": "#/components/parameters/prefer" }
            ],
            "requestBody": { "$ref": "#/components/requestBodies/Cancel" },
            "responses": {
              "200": { "$ref": "#/components/responses/Booking" },
              "202": { "$ref": "#/components/responses/PendingBooking" },
              "409": { "$ref": "#/components/responses/Problem" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        },
        "/v1/bookings/{id}/reschedule": {
          "parameters": [{ "$ref": "#/components/parameters/id" }],
          "post": {
            "operationId": "rescheduleBooking", "tags": ["agent"],
            "security": [{ "apiKey": ["bookings:write"] }],
            "summary": "Move for the host, to a slot that the link offers",
            "parameters": [
              { "$ref": "#/components/parameters/idempotencyKey" },
              { "$ref": "#/components/parameters/prefer" }
            ],
            "requestBody": { "$ref": "#/components/requestBodies/Reschedule" },
            "responses": {
              "200": { "$ref": "#/components/responses/Booking" },
              "202": { "$ref": "#/components/responses/PendingBooking" },
              "409": { "$ref": "#/components/responses/Problem" },
              "default": { "$ref": "#/components/responses/Problem" }
            }
          }
        }
    """#
}
