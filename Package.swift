// swift-tools-version: 6.2
import PackageDescription

// The rooms of the house in dependency order: a target may use those it names and nothing else of
// ours. `Tests/TidyTests` holds the sources against this same table.

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error), .enableUpcomingFeature("ExistentialAny"),
  // The rooms are modules for the reader; for the optimizer they are one program.
  .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

func room(
  _ name: String, _ uses: [Target.Dependency] = [], linking libraries: [LinkerSetting] = []
) -> Target {
  .target(name: name, dependencies: uses, swiftSettings: strict, linkerSettings: libraries)
}

func library(_ name: String, pkgConfig: String, package: String) -> Target {
  .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([package])])
}

func tests(_ room: Target.Dependency, named name: String, _ uses: [Target.Dependency] = [])
  -> Target
{
  .testTarget(name: name, dependencies: [room, "TestSupport"] + uses, swiftSettings: strict)
}

/// It maps Windows' names of time zones, so that we need no table of our own.
let toolchainICU: [LinkerSetting] = [.linkedLibrary("_FoundationICU")]

let package = Package(
  name: "bookend",
  targets: [
    library("CSQLite", pkgConfig: "sqlite3", package: "libsqlite3-dev"),
    library("CCurl", pkgConfig: "libcurl", package: "libcurl4-openssl-dev"),
    library("CCrypto", pkgConfig: "libcrypto", package: "libssl-dev"),
    library("CMicroHTTPD", pkgConfig: "libmicrohttpd", package: "libmicrohttpd-dev"),

    room("Core"),
    room("Bookings", ["Core"]),
    room("ICalendar", ["Core", "Bookings"]),
    room("Queue", ["Core"]),
    room("Intake", ["Core", "Bookings", "Queue"]),
    room("SQLite", ["Core", "CSQLite"]),
    room("Crypto", ["Core", "CCrypto"]),
    room("HTTPClient", ["Core", "CCurl"]),
    room("Store", ["Core", "Bookings", "Queue", "Intake", "SQLite"]),
    room(
      "Calendars", ["Core", "Bookings", "ICalendar", "HTTPClient", "Crypto"], linking: toolchainICU),
    room("Mail", ["Core", "ICalendar", "HTTPClient"]),
    room("Workers", ["Core", "Bookings", "ICalendar", "Queue", "Calendars", "Mail"]),
    room("HTTPServer", ["Core", "CMicroHTTPD"]),
    room("Web", ["Core", "Bookings", "Queue", "Intake", "HTTPServer", "Crypto"]),
    room("Sandbox", ["Core", "Crypto", "HTTPClient", "HTTPServer"]),
    .executableTarget(
      name: "bookend",
      dependencies: [
        "Core", "Bookings", "ICalendar", "Queue", "Intake", "SQLite", "Crypto", "HTTPClient",
        "Store", "Calendars", "Mail", "Workers", "HTTPServer", "Web", "Sandbox",
      ],
      swiftSettings: strict),

    .executableTarget(
      name: "BookendBench",
      dependencies: ["Core", "CSQLite", "SQLite", "Queue", "Store", "Bookings", "Workers"],
      path: "Tests/Benchmarks/BookendBench", swiftSettings: strict),
    .target(
      name: "TestSupport", dependencies: ["Core"], path: "Tests/TestSupport",
      swiftSettings: strict),
    .target(
      name: "StoreTestSupport",
      dependencies: ["Core", "Bookings", "Queue", "Intake", "SQLite", "Store", "TestSupport"],
      path: "Tests/StoreTestSupport", swiftSettings: strict),
    .target(
      name: "WorkersTestSupport",
      dependencies: [
        "Core", "Bookings", "Calendars", "Mail", "ProviderTestSupport", "Queue", "Store", "Workers",
      ],
      path: "Tests/WorkersTestSupport", swiftSettings: strict),
    .target(
      name: "ProviderTestSupport",
      dependencies: ["Core", "Bookings", "Calendars", "HTTPClient", "Sandbox"],
      path: "Tests/ProviderTestSupport", swiftSettings: strict),
    tests("Core", named: "CoreTests"),
    tests("Bookings", named: "BookingsTests"),
    tests("ICalendar", named: "ICalendarTests", ["Bookings"]),
    tests("Queue", named: "QueueTests"),
    tests(
      "Intake", named: "IntakeTests", ["Store", "Bookings", "Queue", "SQLite", "StoreTestSupport"]),
    tests("SQLite", named: "SQLiteTests"),
    tests("Crypto", named: "CryptoTests"),
    tests("HTTPClient", named: "HTTPClientTests", ["HTTPServer"]),
    tests("Store", named: "StoreTests", ["Intake", "Queue", "Bookings", "SQLite"]),
    tests(
      "Calendars", named: "CalendarsTests",
      ["ICalendar", "HTTPClient", "Bookings", "ProviderTestSupport", "HTTPServer"]),
    tests("Mail", named: "MailTests", ["ICalendar", "HTTPClient"]),
    tests(
      "Workers", named: "WorkersTests",
      [
        "Queue", "Bookings", "Calendars", "Intake", "Mail", "Store", "SQLite", "StoreTestSupport",
        "WorkersTestSupport", "ProviderTestSupport",
      ]),
    tests(
      "Workers", named: "SimulationTests",
      [
        "Core", "Queue", "Bookings", "Calendars", "Intake", "Mail", "Store", "SQLite",
        "StoreTestSupport", "WorkersTestSupport",
      ]),
    tests("HTTPServer", named: "HTTPServerTests"),
    tests("Sandbox", named: "SandboxTests", ["HTTPClient"]),
    tests("Web", named: "WebTests", ["Intake", "Bookings", "Queue", "HTTPServer"]),
    .testTarget(
      name: "BookendTests",
      dependencies: [
        "bookend", "TestSupport", "Core", "Queue", "Bookings", "Store", "Calendars", "HTTPClient",
        "SQLite",
      ],
      swiftSettings: strict),
    .testTarget(name: "TidyTests", swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6])
