extension OpenAPI {
  static let bookingSchemas = #"""
          "Slot": {
            "type": "object", "required": ["start", "end"],
            "properties": {
              "start": { "type": "string", "format": "date-time" },
              "end": { "type": "string", "format": "date-time" }
            }
          },
          "Slots": {
            "type": "object",
            "required": ["timeZone", "durationMinutes", "slots", "nextAvailable"],
            "properties": {
              "timeZone": { "type": "string" },
              "durationMinutes": { "type": "integer" },
              "slots": { "type": "array", "items": { "$ref": "#/components/schemas/Slot" } },
              "nextAvailable": {
                "oneOf": [{ "$ref": "#/components/schemas/Slot" }, { "type": "null" }]
              },
              "asOf": {
                "type": "string", "format": "date-time",
                "description": "When the oldest calendar reading behind it was made"
              },
              "isCurrent": {
                "type": "boolean",
                "description": "False where a calendar did not answer in time and what it said at asOf stands in"
              }
            }
          },
          "Guest": {
            "type": "object", "required": ["name", "email"],
            "properties": {
              "name": { "type": "string", "minLength": 1, "maxLength": 200 },
              "email": { "type": "string", "maxLength": 320 }
            }
          },
          "NewBooking": {
            "type": "object", "additionalProperties": false,
            "required": ["start", "timeZone", "guest"],
            "properties": {
              "start": { "type": "string", "format": "date-time" },
              "durationMinutes": { "type": "integer" },
              "timeZone": { "type": "string" },
              "guest": { "$ref": "#/components/schemas/Guest" },
              "additionalGuests": {
                "type": "array", "maxItems": 10, "items": { "type": "string" }
              },
              "notes": { "type": "string", "maxLength": 5000 },
              "answers": {
                "type": "object", "additionalProperties": { "type": "string", "maxLength": 2000 },
                "description": "By the ids of the link's questions"
              }
            }
          },
          "Spend": {
            "type": "object",
            "required": ["booking", "claimedAt", "releasedAt", "releaseReason", "releasedBy"],
            "properties": {
              "booking": { "type": "string" },
              "claimedAt": { "type": "string", "format": "date-time" },
              "releasedAt": { "type": ["string", "null"], "format": "date-time" },
              "releaseReason": {
                "type": ["string", "null"], "enum": ["rejected", "failed", "reopened", null]
              },
              "releasedBy": {
                "type": ["string", "null"],
                "description": "bookend, or the id of the key under which the owner reopened it"
              },
              "releasedByName": { "type": ["string", "null"], "description": "The key's name" }
            }
          },
          "BookingState": {
            "type": "string",
            "description": "Guests read needsOwner as pending",
            "enum": [
              "pending", "confirmed", "rescheduling", "cancelling", "cancelled", "rejected",
              "failed", "needsOwner"
            ]
          },
          "Booking": {
            "type": "object", "required": ["id", "state", "start", "end"],
            "properties": {
              "id": { "type": "string" },
              "url": {
                "type": "string", "format": "uri",
                "description": "Whoever has it may see, move and cancel the booking"
              },
              "state": { "$ref": "#/components/schemas/BookingState" },
              "start": { "type": "string", "format": "date-time" },
              "end": { "type": "string", "format": "date-time" },
              "requestedStart": { "type": "string", "format": "date-time" },
              "requestedEnd": { "type": "string", "format": "date-time" },
              "timeZone": { "type": "string", "description": "The guest's" },
              "durationMinutes": { "type": "integer" },
              "title": { "type": "string" },
              "location": { "type": "string" },
              "conferenceUrl": {
                "type": "string", "format": "uri",
                "description": "Where people join, once the calendar has made a video meeting"
              },
              "guest": { "$ref": "#/components/schemas/Guest" },
              "additionalGuests": { "type": "array", "items": { "type": "string" } },
              "notes": { "type": "string" },
              "answers": { "type": "object", "additionalProperties": { "type": "string" } },
              "reason": { "type": ["string", "null"] },
              "revision": { "type": "integer" },
              "link": { "type": "string" },
              "history": {
                "type": "array",
                "items": {
                  "type": "object",
                  "properties": {
                    "at": { "type": "string", "format": "date-time" },
                    "change": { "type": "string" },
                    "state": { "$ref": "#/components/schemas/BookingState" },
                    "start": { "type": "string", "format": "date-time" },
                    "end": { "type": "string", "format": "date-time" },
                    "reason": { "type": ["string", "null"] },
                    "by": { "type": "string", "enum": ["guest", "host", "bookend"] }
                  }
                }
              },
              "replies": {
                "type": "array", "description": "What guests have answered to their invitations",
                "items": {
                  "type": "object",
                  "properties": {
                    "email": { "type": "string" },
                    "answer": {
                      "type": "string",
                      "enum": ["needsAction", "accepted", "declined", "tentative"]
                    },
                    "at": { "type": "string", "format": "date-time" },
                    "comment": { "type": "string" }
                  }
                }
              },
              "job": {
                "type": "object",
                "properties": { "id": { "type": "string" }, "state": { "type": "string" } }
              }
            }
          },
          "MailedLink": {
            "type": "object", "required": ["to", "isRepeat", "job"],
            "properties": {
              "to": { "$ref": "#/components/schemas/Guest" },
              "isRepeat": { "type": "boolean" },
              "job": {
                "type": "object",
                "properties": { "id": { "type": "string" }, "state": { "type": "string" } }
              }
            }
          }
    """#

  static let jobSchemas = #"""
          "JobState": {
            "type": "string",
            "enum": [
              "available", "scheduled", "retryable", "executing", "completed", "cancelled",
              "discarded", "awaitingApproval", "parked"
            ]
          },
          "ErrorClass": {
            "type": "string",
            "enum": [
              "transient", "throttled", "conflict", "needsOwner", "permanent", "unknownOutcome"
            ]
          },
          "JobError": {
            "type": ["object", "null"],
            "properties": {
              "class": { "$ref": "#/components/schemas/ErrorClass" },
              "message": { "type": "string" }
            }
          },
          "Job": {
            "type": "object", "required": ["id", "kind", "state"],
            "properties": {
              "id": { "type": "string" },
              "kind": { "type": "string" },
              "queue": { "type": "string" },
              "priority": { "type": "integer" },
              "state": { "$ref": "#/components/schemas/JobState" },
              "payload": { "type": "object" },
              "sequence": { "type": ["string", "null"] },
              "lane": { "type": ["string", "null"], "description": "The account that it uses" },
              "verdict": {
                "type": ["string", "null"], "enum": ["cancel", "discard", "poison", null],
                "description": "Decided by others than its handler: it is only ended"
              },
              "attempt": { "type": "integer" },
              "maxAttempts": { "type": "integer" },
              "runAt": { "type": "string", "format": "date-time" },
              "deadline": { "type": ["string", "null"], "format": "date-time" },
              "enqueuedAt": { "type": "string", "format": "date-time" },
              "startedAt": { "type": ["string", "null"], "format": "date-time" },
              "finishedAt": { "type": ["string", "null"], "format": "date-time" },
              "reason": { "type": ["string", "null"] },
              "error": { "$ref": "#/components/schemas/JobError" },
              "waitingFor": { "type": ["string", "null"], "description": "In words" },
              "attempts": {
                "type": "array",
                "items": {
                  "type": "object",
                  "properties": {
                    "attempt": { "type": "integer" },
                    "startedAt": { "type": "string", "format": "date-time" },
                    "endedAt": { "type": "string", "format": "date-time" },
                    "outcome": { "type": "string" },
                    "error": { "$ref": "#/components/schemas/JobError" }
                  }
                }
              },
              "effects": {
                "type": "array", "description": "Changes at its provider, and what is known of them",
                "items": {
                  "type": "object",
                  "properties": {
                    "key": { "type": "string" },
                    "state": { "enum": ["intended", "confirmed", "absent", "unknown"] },
                    "intendedAt": { "type": "string", "format": "date-time" },
                    "knownAt": { "type": ["string", "null"], "format": "date-time" }
                  }
                }
              }
            }
          },
          "ActionForecast": {
            "type": "object", "required": ["dryRun", "jobs", "refused"],
            "properties": {
              "dryRun": { "const": true },
              "jobs": { "type": "integer", "description": "To how many it would apply" },
              "kinds": { "type": "object", "additionalProperties": { "type": "integer" } },
              "lanes": { "type": "object", "additionalProperties": { "type": "integer" } },
              "heldBySequence": { "type": "integer" },
              "refused": { "type": "integer", "description": "To how many it would not apply" },
              "refusals": {
                "type": "array", "description": "The first few of them",
                "items": {
                  "type": "object",
                  "properties": { "job": { "type": "string" }, "reason": { "type": "string" } }
                }
              },
              "earliestStart": { "type": ["string", "null"], "format": "date-time" },
              "estimatedEnd": { "type": ["string", "null"], "format": "date-time" }
            }
          },
          "Action": {
            "type": "object", "required": ["id", "verb", "by", "at", "jobs", "underWay"],
            "properties": {
              "id": { "type": "string" },
              "verb": { "type": "string" },
              "by": { "type": "string" },
              "at": { "type": "string", "format": "date-time" },
              "jobs": { "type": "integer", "description": "To how many it applied, so far" },
              "underWay": {
                "type": "boolean",
                "description": "It has not come to all of them; it goes on by itself"
              },
              "undoneBy": { "type": ["string", "null"] },
              "undoneAt": { "type": ["string", "null"], "format": "date-time" }
            }
          },
          "Queue": {
            "type": "object", "required": ["name", "kinds", "counts"],
            "properties": {
              "name": { "type": "string" },
              "kinds": { "type": "array", "items": { "type": "string" } },
              "counts": { "type": "object", "additionalProperties": { "type": "integer" } },
              "oldestReadyAt": { "type": ["string", "null"], "format": "date-time" },
              "finishedLastMinute": { "type": "integer" },
              "pauses": {
                "type": "array",
                "items": {
                  "type": "object",
                  "properties": {
                    "scope": { "enum": ["queue", "kind"] },
                    "name": { "type": "string" },
                    "by": { "type": "string" },
                    "at": { "type": "string", "format": "date-time" }
                  }
                }
              }
            }
          },
          "Lane": {
            "type": "object", "required": ["id", "breaker", "admitted", "waiting", "parked"],
            "properties": {
              "id": { "type": "string" },
              "concurrency": { "type": "integer" },
              "ratePerSecond": { "type": ["number", "null"] },
              "admitted": { "type": "integer", "description": "Jobs that are running" },
              "waiting": { "type": "integer" },
              "parked": { "type": "integer" },
              "breaker": { "enum": ["closed", "open", "halfOpen", "needsOwner"] },
              "failures": { "type": "integer", "description": "In a row" },
              "openUntil": { "type": ["string", "null"], "format": "date-time" },
              "notBefore": { "type": ["string", "null"], "format": "date-time" },
              "reason": { "type": ["string", "null"] },
              "waitingFor": { "type": ["string", "null"], "description": "In words" }
            }
          },
          "Page": {
            "type": "object", "required": ["data", "nextCursor"],
            "properties": {
              "data": { "type": "array" },
              "nextCursor": { "type": ["string", "null"] }
            }
          },
          "Problem": {
            "type": "object", "required": ["type", "title", "status", "detail"],
            "properties": {
              "type": { "type": "string", "examples": ["/problems/slot-taken"] },
              "title": { "type": "string" },
              "status": { "type": "integer" },
              "detail": { "type": "string" },
              "errors": {
                "type": "array",
                "items": {
                  "type": "object", "required": ["pointer", "detail"],
                  "properties": {
                    "pointer": {
                      "type": "string", "examples": ["#/guest/email", "?limit"],
                      "description": "A place in the body, or a name in the query"
                    },
                    "detail": { "type": "string" }
                  }
                }
              },
              "alternatives": {
                "type": "array", "items": { "$ref": "#/components/schemas/Slot" },
                "description": "With slot-taken: what can be had instead"
              }
            }
          }
    """#
}
