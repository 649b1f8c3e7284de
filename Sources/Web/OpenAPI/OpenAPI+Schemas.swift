extension OpenAPI {
  static let schemas = #"""
        "schemas": {
    \#(connectionSchemas),
          "LinkSettings": {
            "type": "object",
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
                "type": "array", "maxItems": 50,
                "description": "Without it Monday to Friday, 09:00 to 17:00; empty only where overrides have windows",
                "items": {
                  "allOf": [
                    { "$ref": "#/components/schemas/DayWindow" },
                    {
                      "type": "object", "required": ["days"],
                      "properties": {
                        "days": {
                          "type": "array", "minItems": 1, "maxItems": 7,
                          "items": {
                            "type": "string",
                            "enum": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
                          }
                        }
                      }
                    }
                  ]
                }
              },
              "overrides": {
                "type": "array", "maxItems": 366, "default": [],
                "description": "Dates with other hours; without windows the date is closed",
                "items": {
                  "type": "object", "required": ["date", "windows"],
                  "properties": {
                    "date": { "type": "string", "format": "date" },
                    "windows": {
                      "type": "array", "maxItems": 24,
                      "items": { "$ref": "#/components/schemas/DayWindow" }
                    }
                  }
                }
              },
              "maximumPerDay": {
                "type": ["integer", "null"], "minimum": 1, "maximum": 2016,
                "description": "Bookings of this link on one day of its zone"
              },
              "maximumPerWeek": {
                "type": ["integer", "null"], "minimum": 1, "maximum": 2016,
                "description": "The same for a week from Monday"
              },
              "maximumPerGuest": {
                "type": ["integer", "null"], "minimum": 1, "maximum": 2016,
                "description": "Bookings that one guest, known by mail address, may have ahead"
              },
              "maximumAdditionalGuests": {
                "type": "integer", "minimum": 0, "maximum": 10, "default": 10
              },
              "questions": {
                "type": "array", "maxItems": 20, "default": [],
                "items": { "$ref": "#/components/schemas/Question" }
              },
              "location": {
                "type": "object", "required": ["kind"],
                "properties": {
                  "kind": {
                    "type": "string",
                    "description": "googleMeet and teams: each booking gets a video meeting, made by the destination's provider, which has to be Google or Outlook",
                    "enum": ["unspecified", "googleMeet", "teams", "phone", "inPerson", "custom"]
                  },
                  "text": {
                    "type": "string", "maxLength": 500,
                    "description": "A number, an address, a room; required for custom"
                  }
                }
              },
              "expiresAt": {
                "type": ["string", "null"], "format": "date-time",
                "description": "From then on the link takes no bookings; those made stay"
              },
              "maximumBusyAgeSeconds": {
                "type": ["integer", "null"], "minimum": 0, "maximum": 86400,
                "description": "How old what a calendar has said may be: a calendar that does not answer in time is read as it was then, and not at all beyond. Without it as this installation has it"
              },
              "remindersMinutes": {
                "type": "array", "maxItems": 5, "default": [],
                "description": "How long before a meeting its guests are reminded",
                "items": { "type": "integer", "minimum": 5, "maximum": 40320 }
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
          "DayWindow": {
            "type": "object", "required": ["from", "to"],
            "properties": {
              "from": { "type": "string", "examples": ["10:00"] },
              "to": {
                "type": "string", "examples": ["16:00"],
                "description": "24:00 is the day's end; not later than from is the next day"
              }
            }
          },
          "Question": {
            "type": "object", "required": ["label"],
            "properties": {
              "id": {
                "type": "string", "pattern": "^[a-z0-9_-]{1,40}$",
                "description": "Names the answer in a booking; without it one is given"
              },
              "label": { "type": "string", "minLength": 1, "maxLength": 300 },
              "kind": { "type": "string", "enum": ["text", "choice"], "default": "text" },
              "choices": {
                "type": "array", "minItems": 1, "maxItems": 50,
                "items": { "type": "string", "minLength": 1, "maxLength": 200 }
              },
              "required": { "type": "boolean", "default": false }
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
                "type": "object", "required": ["title"],
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
          "LinkChange": {
            "allOf": [
              { "$ref": "#/components/schemas/LinkSettings" },
              {
                "type": "object",
                "properties": {
                  "slug": {
                    "type": "string", "pattern": "^[a-z0-9-]{3,64}$",
                    "description": "For recurring links; the old one goes on to lead here"
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
                "required": ["id", "title", "slug", "url", "kind", "state", "createdAt", "updatedAt"],
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
              "location": { "type": "string" },
              "locationKind": { "type": "string" },
              "questions": {
                "type": "array", "items": { "$ref": "#/components/schemas/Question" }
              },
              "maximumAdditionalGuests": { "type": "integer" },
              "expiresAt": { "type": ["string", "null"], "format": "date-time" }
            }
          },
          "Explanation": {
            "type": "object", "required": ["start", "end", "offered", "reasons"],
            "properties": {
              "start": { "type": "string", "format": "date-time" },
              "end": { "type": "string", "format": "date-time" },
              "offered": { "type": "boolean" },
              "reasons": {
                "type": "array",
                "items": {
                  "type": "object", "required": ["code", "detail"],
                  "properties": {
                    "code": {
                      "type": "string",
                      "enum": [
                        "link-paused", "link-spent", "link-expired", "duration-not-offered",
                        "notice-too-short", "not-visible", "date-closed", "outside-hours",
                        "not-on-grid", "day-full", "week-full", "calendar-busy", "time-claimed",
                        "calendar-unreadable"
                      ]
                    },
                    "detail": { "type": "string" }
                  }
                }
              },
              "timeZone": { "type": "string" },
              "localDate": { "type": "string", "format": "date" },
              "localTime": { "type": "string" },
              "window": {
                "oneOf": [{ "$ref": "#/components/schemas/Slot" }, { "type": "null" }],
                "description": "The window of working hours in which it starts"
              },
              "asOf": { "type": "string", "format": "date-time" }
            }
          },
    \#(bookingSchemas),
    \#(findingSchemas),
    \#(jobSchemas)
        }
    """#
}
