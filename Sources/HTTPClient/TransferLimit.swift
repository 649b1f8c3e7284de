import CCurl
import Core

/// What a transfer asks of the `WorkLimit` of its thread: whether it may go out, and whether anybody still
/// waits for it. It lives as long as the transfer.
final class TransferLimit {
  private let limit: WorkLimit?

  init() { limit = WorkLimit.current }

  var isOver: Bool { limit?.isOver(at: SystemTime().monotonic()) == true }

  /// The deadline, or what is left of the work's own time.
  func shortening(_ deadline: Duration) -> Duration {
    min(deadline, limit?.left(at: SystemTime().monotonic()) ?? deadline)
  }

  /// Lets libcurl ask about once a second while nothing arrives. Must outlive the transfer.
  func watch(_ curl: UnsafeMutableRawPointer) {
    if limit == nil { return }
    bookend_curl_set_long(curl, CURLOPT_NOPROGRESS, 0)
    bookend_curl_set_progress(curl, endWhenOver)
    bookend_curl_set_pointer(
      curl, CURLOPT_XFERINFODATA, Unmanaged.passUnretained(self).toOpaque())
  }
}

/// Anything but zero ends the transfer.
private let endWhenOver: curl_xferinfo_callback = { pointer, _, _, _, _ in
  guard let pointer else { return 0 }
  return Unmanaged<TransferLimit>.fromOpaque(pointer).takeUnretainedValue().isOver ? 1 : 0
}
