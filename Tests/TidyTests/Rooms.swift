/// One target of `Package.swift`: which rooms it may enter, and which of the system's modules.
struct Room {
  let name: String
  let rooms: Set<String>
  let system: Set<String>

  init(_ name: String, _ rooms: Set<String> = [], system: Set<String> = []) {
    self.name = name
    self.rooms = rooms
    self.system = system
  }

  func mayImport(_ module: String) -> Bool {
    rooms.contains(module) || system.contains(module) || Room.everywhere.contains(module)
  }

  /// A lock touches nothing outside the process, so the pure rooms may have one as well.
  static let everywhere: Set<String> = ["Synchronization"]
}

/// The table of rooms, in the order of `Package.swift`. A C library is named once, by its owner; a room
/// without system modules is pure: no clock, no files, no threads.
let tableOfRooms: [Room] = [
  Room("Core", system: ["Foundation"]),
  Room("Bookings", ["Core"]),
  Room("ICalendar", ["Core", "Bookings"]),
  Room("Queue", ["Core"], system: ["Foundation"]),
  Room("Intake", ["Core", "Bookings", "Queue"]),
  Room("SQLite", ["Core", "CSQLite"], system: ["Dispatch", "Foundation"]),
  Room("Crypto", ["Core", "CCrypto"]),
  Room("HTTPClient", ["Core", "CCurl"], system: ["Dispatch", "Foundation"]),
  Room(
    "Store", ["Core", "Bookings", "Queue", "Intake", "SQLite"], system: ["Dispatch", "Foundation"]),
  Room(
    "Calendars", ["Core", "Bookings", "ICalendar", "HTTPClient", "Crypto"],
    system: ["Dispatch", "Foundation", "FoundationXML", "_FoundationICU"]),
  Room("Mail", ["Core", "ICalendar", "HTTPClient"], system: ["Foundation"]),
  Room(
    "Workers", ["Core", "Bookings", "ICalendar", "Queue", "Calendars", "Mail"],
    system: ["Dispatch", "Foundation"]),
  Room("HTTPServer", ["Core", "CMicroHTTPD"], system: ["Dispatch", "Foundation", "Glibc"]),
  Room(
    "Web", ["Core", "Bookings", "Queue", "Intake", "HTTPServer", "Crypto"],
    system: ["Dispatch", "Foundation"]),
  Room(
    "Sandbox", ["Core", "Crypto", "HTTPClient", "HTTPServer"], system: ["Dispatch", "Foundation"]),
  Room(
    "bookend",
    [
      "Core", "Bookings", "ICalendar", "Queue", "Intake", "SQLite", "Crypto", "HTTPClient", "Store",
      "Calendars", "Mail", "Workers", "HTTPServer", "Web", "Sandbox",
    ],
    system: ["Dispatch", "Foundation"]),
]
