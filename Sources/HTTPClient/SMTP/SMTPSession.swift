import CCurl
import Core
import Foundation

/// One connection to a mail server, made when it is needed and kept for the next message.
///
/// `@unchecked Sendable`: a session is used by one thread at a time, whichever holds it; the
/// client's pool lends it out and takes it back.
final class SMTPSession: @unchecked Sendable {
  private let curl: UnsafeMutableRawPointer

  init?() {
    guard let curl = curl_easy_init() else { return nil }
    self.curl = curl
  }

  /// Says QUIT where there is a connection.
  deinit { curl_easy_cleanup(curl) }

  /// Hands the letter over and returns what the server said when it had taken it.
  ///
  /// A kept connection may have been closed at the other end meanwhile. Until the server has asked
  /// for the message, a repeat on a new one does no harm.
  func send(_ letter: SMTPLetter, _ options: SMTPOptions) throws(SMTPError) -> SMTPReply {
    let first = try attempt(letter, options, isFresh: false)
    if first.code != CURLE_OK, first.isReused, first.transfer.last == nil {
      return try verdict(try attempt(letter, options, isFresh: true))
    }
    return try verdict(first)
  }

  /// Connects, makes the connection safe and authenticates; no message is sent.
  func probe(_ options: SMTPOptions) throws(SMTPError) {
    let attempt = try attempt(nil, options, isFresh: true)
    guard attempt.code == CURLE_OK else { throw failure(attempt) }
  }

  private struct Attempt {
    let code: CURLcode
    let transfer: SMTPTransfer
    let isReused: Bool
  }

  private func attempt(
    _ letter: SMTPLetter?, _ options: SMTPOptions, isFresh: Bool
  ) throws(SMTPError) -> Attempt {
    // Options go, the connection stays.
    curl_easy_reset(curl)
    defer { curl_easy_reset(curl) }
    let transfer = SMTPTransfer(letter)
    if transfer.limit.isOver { throw .notSent("nobody waits for it any more") }
    set(options)
    transfer.limit.watch(curl)
    bookend_curl_set_long(curl, CURLOPT_FRESH_CONNECT, isFresh ? 1 : 0)
    let pointer = Unmanaged.passUnretained(transfer).toOpaque()
    bookend_curl_set_callback(curl, CURLOPT_HEADERFUNCTION, takeReplyLine)
    bookend_curl_set_pointer(curl, CURLOPT_HEADERDATA, pointer)
    let code: CURLcode
    if let letter {
      guard let recipients = curl_slist_append(nil, "<\(letter.to)>") else {
        throw .notSent("out of memory")
      }
      defer { curl_slist_free_all(recipients) }
      bookend_curl_set_string(curl, CURLOPT_MAIL_FROM, "<\(letter.from)>")
      bookend_curl_set_list(curl, CURLOPT_MAIL_RCPT, recipients)
      bookend_curl_set_long(curl, CURLOPT_UPLOAD, 1)
      bookend_curl_set_size(curl, CURLOPT_INFILESIZE_LARGE, letter.bytes.count)
      bookend_curl_set_callback(curl, CURLOPT_READFUNCTION, giveMessage)
      bookend_curl_set_pointer(curl, CURLOPT_READDATA, pointer)
      code = withExtendedLifetime(transfer) { curl_easy_perform(curl) }
    } else {
      bookend_curl_set_long(curl, CURLOPT_NOBODY, 1)
      bookend_curl_set_string(curl, CURLOPT_CUSTOMREQUEST, "NOOP")
      code = withExtendedLifetime(transfer) { curl_easy_perform(curl) }
    }
    if code != CURLE_OK, transfer.verdict == nil { hangUp() }
    var connects = 0
    bookend_curl_get_long(curl, CURLINFO_NUM_CONNECTS, &connects)
    return Attempt(code: code, transfer: transfer, isReused: connects == 0)
  }

  /// Where a message has got no answer, its connection must not carry the next one. libcurl closes it by itself,
  /// but not one on which it has waited in vain for the answer to the final dot: that it keeps, and would take
  /// the answer, should it come, for the next message's. A connection that is shut down is found dead.
  private func hangUp() {
    var kept: curl_socket_t = -1
    bookend_curl_get_socket(curl, CURLINFO_ACTIVESOCKET, &kept)
    if kept >= 0 { shutdown(kept, Int32(SHUT_RDWR)) }
  }

  private func set(_ options: SMTPOptions) {
    // Signals belong to the program; name look-ups run on a thread of libcurl's.
    bookend_curl_set_long(curl, CURLOPT_NOSIGNAL, 1)
    bookend_curl_set_string(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps")
    bookend_curl_set_string(curl, CURLOPT_URL, options.url)
    let needsTLS = options.security == .none ? CURLUSESSL_NONE : CURLUSESSL_ALL
    bookend_curl_set_long(curl, CURLOPT_USE_SSL, Int(needsTLS.rawValue))
    bookend_curl_set_long(curl, CURLOPT_SSL_VERIFYPEER, 1)
    bookend_curl_set_long(curl, CURLOPT_SSL_VERIFYHOST, 2)
    // RFC 8996: what is older is not safe.
    bookend_curl_set_long(curl, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    if let file = options.certificateFile {
      bookend_curl_set_string(curl, CURLOPT_CAINFO, file)
    }
    if let username = options.username {
      bookend_curl_set_string(curl, CURLOPT_USERNAME, username)
      bookend_curl_set_string(curl, CURLOPT_PASSWORD, options.password?.reveal() ?? "")
    }
    // An empty proxy, unlike none, keeps libcurl from reading the environment's.
    bookend_curl_set_string(curl, CURLOPT_PROXY, "")
    let deadline = max(1, Int(options.deadline.wholeMilliseconds))
    bookend_curl_set_long(curl, CURLOPT_TIMEOUT_MS, deadline)
    bookend_curl_set_long(curl, CURLOPT_CONNECTTIMEOUT_MS, min(deadline, 10_000))
    // Also the longest that the goodbye may take.
    bookend_curl_set_long(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, max(1, deadline / 1000))
    bookend_curl_set_long(curl, CURLOPT_MAXCONNECTS, 1)
    bookend_curl_set_long(curl, CURLOPT_MAXAGE_CONN, SMTPSession.idleSeconds)
  }

  /// Servers close after a few minutes without a command (RFC 5321 section 4.5.3.2.7 wants five);
  /// one that is kept for less is hardly ever found closed.
  private static let idleSeconds = 60

  // MARK: - What became of it

  private func verdict(_ attempt: Attempt) throws(SMTPError) -> SMTPReply {
    if let reply = attempt.transfer.verdict, reply.isPositive { return reply }
    throw failure(attempt)
  }

  private func failure(_ attempt: Attempt) -> SMTPError {
    let transfer = attempt.transfer
    let text =
      "\(String(cString: curl_easy_strerror(attempt.code))) (curl \(attempt.code.rawValue))"
    if let reply = transfer.verdict { return .refused(reply) }
    if transfer.isDataAsked {
      return transfer.isAllGiven ? .mayBeTaken(text) : .notSent(text)
    }
    if SMTPSession.insecure.contains(attempt.code.rawValue) { return .insecure(text) }
    if let reply = transfer.last, reply.code >= 400 {
      if SMTPSession.wantsCredentials.contains(reply.code) { return .unauthorized(reply) }
      return .refused(reply)
    }
    if attempt.code == CURLE_LOGIN_DENIED { return .unauthorized(transfer.last) }
    return .notSent(text)
  }

  private static let insecure: Set<UInt32> = Set(
    [
      CURLE_USE_SSL_FAILED, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR,
      CURLE_SSL_CIPHER, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,
    ].map(\.rawValue))

  /// RFC 4954 section 6: authentication required, too weak, refused, or wanted encrypted.
  private static let wantsCredentials: Set<Int> = [530, 534, 535, 538]
}

extension SMTPOptions {
  /// libcurl says EHLO with the path.
  fileprivate var url: String {
    let scheme = security == .tls ? "smtps" : "smtp"
    let authority = host.contains(":") ? "[\(host)]" : host
    return "\(scheme)://\(authority):\(port)" + (helloName.map { "/\($0)" } ?? "")
  }
}
