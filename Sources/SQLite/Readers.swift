import Core
import Dispatch
import Synchronization

/// Connections that only read, each on a snapshot of its own while it is used. Readers never wait for the
/// writer, nor it for them.
package final class Readers: Sendable {
  private let idle = Mutex<[Reader]>([])
  private let seats: DispatchSemaphore
  private let path: String
  private let busyTimeout: Duration

  /// - Parameter count: how many may read at once; further ones wait for one of them.
  package init(path: String, count: Int, busyTimeout: Duration) {
    self.path = path
    self.busyTimeout = busyTimeout
    seats = DispatchSemaphore(value: count)
  }

  /// Runs `body` on one snapshot: everything it reads was true at one moment.
  package func read<Value>(_ body: (SQLiteConnection) throws -> Value) throws -> Value {
    seats.wait()
    defer { seats.signal() }
    let reader = try idle.withLock { $0.popLast() } ?? open()
    // A reader whose transaction cannot end is not used again.
    try reader.connection.run("BEGIN")
    defer {
      if (try? reader.connection.run("COMMIT")) != nil { idle.withLock { $0.append(reader) } }
    }
    return try body(reader.connection)
  }

  /// The same for a body of a single statement: it has a snapshot of its own, and needs no transaction
  /// around it.
  package func ask<Value>(_ body: (SQLiteConnection) throws -> Value) throws -> Value {
    seats.wait()
    defer { seats.signal() }
    let reader = try idle.withLock { $0.popLast() } ?? open()
    defer { idle.withLock { $0.append(reader) } }
    return try body(reader.connection)
  }

  private func open() throws(SQLiteError) -> Reader {
    Reader(
      connection: try SQLiteConnection(path: path, access: .readOnly, busyTimeout: busyTimeout))
  }
}

/// Sendable because a reader is in one place at a time: in `idle`, or with the thread that took it.
private final class Reader: @unchecked Sendable {
  let connection: SQLiteConnection
  init(connection: SQLiteConnection) { self.connection = connection }
}
