import Bookings
import Core
import Queue
import SQLite
import Store
import Web

/// The numbers that `GET /metrics` shows (Prometheus' text exposition format 0.0.4).
struct Metrics {
  private let store: Store
  private let durability: Durability
  private let providerCalls: ProviderCallCounts

  init(_ store: Store, _ durability: Durability, _ providerCalls: ProviderCallCounts) {
    self.store = store
    self.durability = durability
    self.providerCalls = providerCalls
  }

  func text() throws -> String {
    var page = Page()
    let queues = try store.queueStandings()
    page.family("bookend_jobs", "gauge", "Jobs by kind and state.")
    for count in try store.jobCounts() {
      page.sample(
        "bookend_jobs", ["kind": count.key.kind.rawValue, "state": count.key.state.rawValue],
        Double(count.count))
    }
    page.family(
      "bookend_queue_oldest_ready_seconds", "gauge", "How long the oldest ready job has waited.")
    let now = store.now()
    for queue in queues {
      let age = queue.oldestReadyAt.map { (now - $0) / .seconds(1) } ?? 0
      page.sample("bookend_queue_oldest_ready_seconds", ["queue": queue.name], age)
    }
    page.family("bookend_queue_paused", "gauge", "Whether the queue or a kind of it is paused.")
    for queue in queues {
      page.sample("bookend_queue_paused", ["queue": queue.name], queue.pauses.isEmpty ? 0 : 1)
    }
    let lanes = try store.laneStandings(of: nil)
    page.family("bookend_lane_jobs", "gauge", "Jobs of a lane, by what they do.")
    for lane in lanes {
      for (what, count) in [
        ("admitted", lane.lane.admitted), ("waiting", lane.lane.waiting), ("parked", lane.parked),
      ] {
        page.sample(
          "bookend_lane_jobs", ["lane": lane.lane.id.rawValue, "what": what], Double(count))
      }
    }
    page.family("bookend_lane_closed", "gauge", "Whether the lane's breaker is not closed.")
    for lane in lanes {
      page.sample(
        "bookend_lane_closed",
        ["lane": lane.lane.id.rawValue, "breaker": lane.lane.breaker.rawValue],
        lane.lane.breaker == .closed ? 0 : 1)
    }
    page.family("bookend_findings", "gauge", "Open differences between bookings and calendars.")
    let findings = try store.openFindingCounts()
    for kind in Difference.Kind.allCases {
      page.sample("bookend_findings", ["kind": kind.rawValue], Double(findings[kind] ?? 0))
    }
    page.family(
      "bookend_provider_calls_total", "counter",
      "Notices of calendar providers since the start, by whether they were believed.")
    for (count, calls) in providerCalls.all {
      page.sample(
        "bookend_provider_calls_total",
        [
          "provider": count.provider.rawValue,
          "outcome": count.isBelieved ? "believed" : "refused",
        ], Double(calls))
    }
    page.family("bookend_commit_seconds", "gauge", "A commit with its fsync, measured at start.")
    page.sample("bookend_commit_seconds", [:], durability.commit / .seconds(1))
    page.family("bookend_wal_bytes", "gauge", "The size of the write-ahead log.")
    page.sample("bookend_wal_bytes", [:], Double(store.walBytes()))
    return page.text
  }

  private struct Page {
    private(set) var text = ""

    mutating func family(_ name: String, _ type: String, _ help: String) {
      text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    mutating func sample(_ name: String, _ labels: KeyValuePairs<String, String>, _ value: Double) {
      let words = labels.map { "\($0)=\"\(Page.escaped($1))\"" }.joined(separator: ",")
      text += "\(name)\(words.isEmpty ? "" : "{\(words)}") \(value)\n"
    }

    private static func escaped(_ text: String) -> String {
      text.reduce(into: "") { escaped, letter in
        switch letter {
        case "\\": escaped += "\\\\"
        case "\"": escaped += "\\\""
        case "\n": escaped += "\\n"
        default: escaped.append(letter)
        }
      }
    }
  }
}
