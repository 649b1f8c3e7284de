/// Which scopes open which calls, by the discovery document.
enum GoogleScopes {
  static let calendarList = [
    "calendar", "calendar.calendarlist", "calendar.calendarlist.readonly", "calendar.readonly",
  ]
  static let calendars = [
    "calendar", "calendar.app.created", "calendar.calendars", "calendar.calendars.readonly",
    "calendar.readonly",
  ]
  static let freeBusy = [
    "calendar", "calendar.events.freebusy", "calendar.freebusy", "calendar.readonly",
  ]
  static let readEverywhere = [
    "calendar", "calendar.events", "calendar.events.freebusy", "calendar.events.readonly",
    "calendar.readonly",
  ]
  static let read = readEverywhere + ["calendar.events.owned", "calendar.events.owned.readonly"]
  static let writeEverywhere = ["calendar", "calendar.events"]
  static let write = writeEverywhere + ["calendar.events.owned"]
}
