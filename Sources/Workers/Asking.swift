import Calendars
import Core
import Queue

// What a handler asks of others, with what goes wrong there as its own job's error.

/// Asks a calendar's provider.
func asking<Value>(
  _ body: () throws(ProviderError) -> Value
) throws(JobError) -> Value {
  do throws(ProviderError) { return try body() } catch { throw JobError(error) }
}

/// Uses the database. A job that could not comes back: nothing else is wrong with it.
func using<Value>(_ body: () throws -> Value) throws(JobError) -> Value {
  do { return try body() } catch {
    throw JobError(.transient, "the database could not be used: \(error)")
  }
}
