extension OpenAPI {
  static let schemas = #"""
        "schemas": {
    \#(connectionSchemas),
          "LinkSettings": {
            "type": "object", "required": ["title"],
            "properties": {
              "title": { "type": "string", "minLength": 1, "maxLength": 200 },
              "description": { "type": "string", "maxLength": 5000 },
              "durationsMinutes": {
                "type": "array", "minItems": 1, "maxItems": 10, "uniqueItems": true,
                "items": { "type": "integer", "minimum": 5, "maximum": 1440 }, "default": [30]
              },
              "slotIntervalMinutes": {
                "type": "integer", "minimum": 5, "maximum": 1440,
                "description": "Without it the shortest duration"
              },
              "bufferBeforeMinutes": {
                "type": "integer", "minimum": 0, "maximum": 1440, "default": 0
              },
              "bufferAfterMinutes": {
                "type": "integer", "minimum": 0, "maximum": 1440, "default": 0
              },
              "minimumNoticeMinutes": {
                "type": "integer", "minimum": 0, "maximum": 527040, "default": 0
              },
              "visibility": {
                "oneOf": [
                  {
                    "type": "object", "required": ["rollingDays"],
                    "properties": {
                      "rollingDays": { "type": "integer", "minimum": 1, "maximum": 366 }
                    }
                  },
                  {
                    "type": "object", "required": ["fromDate", "toDate"],
                    "properties": {
                      "fromDate": { "type": "string", "format": "date" },
                      "toDate": { "type": "string", "format": "date" }
                    }
                  }
                ],
                "default": { "rollingDays": 30 }
              },
              "timeZone": { "type": "string", "description": "IANA name; without it the host's" },
              "weekly": {
                "type": "array", "minItems": 1, "maxItems": 50,
                "description": "Without it Monday to Friday, 09:00 to 17:00",
                "items": {
                  "type": "object", "required": ["days", "from", "to"],
                  "properties": {
                    "days": {
                      "type": "array", "minItems": 1, "maxItems": 7,
                      "items": {
                        "type": "string",
                        "enum": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
                      }
                    },
                    "from": { "type": "string", "examples": ["10:00"] },
                    "to": {
                      "type": "string", "examples": ["16:00"],
                      "description": "24:00 is the day's end; not later than from is the next day"
                    }
                  }
                }
              },
              "location": {
                "type": "object", "required": ["kind"],
                "properties": {
                  "kind": {
                    "type": "string", "enum": ["unspecified", "phone", "inPerson", "custom"]
                  },
                  "text": { "type": "string", "maxLength": 500 }
                }
              },
              "calendars": {
                "type": "object",
                "properties": {
                  "conflicts": {
                    "type": "array", "items": { "type": "string" }, "maxItems": 20,
                    "description": "Calendars whose busy time counts; without it all of the host's"
                  },
                  "destination": {
                    "type": "string",
                    "description": "Where events are made; without it the host's first that takes them"
                  }
                }
              }
            }
          },
          "LinkKind": {
            "type": "string", "enum": ["recurring", "singleUse"],
            "description": "A single-use link is spent by its first booking"
          },
          "NewLink": {
            "allOf": [
              { "$ref": "#/components/schemas/LinkSettings" },
              {
                "type": "object",
                "properties": {
                  "kind": { "$ref": "#/components/schemas/LinkKind", "default": "recurring" },
                  "slug": {
                    "type": "string", "pattern": "^[a-z0-9-]{3,64}$",
                    "description": "For recurring links; without it one that nobody guesses"
                  },
                  "host": {
                    "type": "string", "description": "Whose link, for a key of several hosts"
                  }
                }
              }
            ]
          },
          "Link": {
            "allOf": [
              { "$ref": "#/components/schemas/LinkSettings" },
              {
                "type": "object",
                "required": ["id", "slug", "url", "kind", "state", "createdAt", "updatedAt"],
                "properties": {
                  "id": { "type": "string" },
                  "slug": { "type": "string" },
                  "url": { "type": "string", "format": "uri" },
                  "host": { "type": "string" },
                  "kind": { "$ref": "#/components/schemas/LinkKind" },
                  "state": { "type": "string", "enum": ["active", "paused", "spent", "deleted"] },
                  "createdAt": { "type": "string", "format": "date-time" },
                  "updatedAt": { "type": "string", "format": "date-time" }
                }
              }
            ]
          },
          "GuestLink": {
            "type": "object",
            "properties": {
              "slug": { "type": "string" },
              "title": { "type": "string" },
              "description": { "type": "string" },
              "kind": { "$ref": "#/components/schemas/LinkKind" },
              "state": { "type": "string" },
              "durationsMinutes": { "type": "array", "items": { "type": "integer" } },
              "timeZone": { "type": "string" },
              "host": { "type": "object", "properties": { "name": { "type": "string" } } },
              "location": { "type": "string" }
            }
          },
    \#(bookingSchemas),
    \#(jobSchemas)
        }
    """#
}
