import Foundation

/// Carrying out can wait a little, and whoever asks cannot: where the processors do not do for both, the threads in
/// which jobs run stand back behind those that answer requests and write commits. It costs a job that waits for its
/// provider nothing.
enum SeatThread {
  /// About a third of another thread's share (sched(7)). The calling thread's alone: on Linux a nice value is a
  /// thread's (setpriority(2), "C library/kernel differences").
  private static let niceness: Int32 = 5

  static func standBack() {
    _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness)
  }
}
