import CCurl
import Core

/// One easy handle of libcurl with the connections that it keeps.
///
/// `@unchecked Sendable`: a handle is used by one thread at a time, whichever holds it; the client's pool
/// lends it out and takes it back.
final class CurlHandle: @unchecked Sendable {
  private let curl: UnsafeMutableRawPointer
  /// Whom it spoke to last.
  var origin = ""

  init?() {
    guard let curl = curl_easy_init() else { return nil }
    self.curl = curl
  }

  deinit { curl_easy_cleanup(curl) }

  func perform(
    _ request: HTTPRequest, options: HTTPClientOptions, deadline: Duration
  ) throws(HTTPClientError) -> HTTPResponse {
    // Options go, connections stay; the credentials of the last request must not outlive it.
    curl_easy_reset(curl)
    defer { curl_easy_reset(curl) }
    let transfer = Transfer(options: options)
    setFixedOptions(options)
    let limit = TransferLimit()
    setTimes(options, deadline: limit.shortening(deadline))
    limit.watch(curl)
    setReuse(request)
    receive(into: transfer)
    if options.refusesPrivateAddresses {
      if options.proxy == nil {
        connectToPublicAddresses(for: transfer)
      } else if !isPublicHost(ofURL: request.url) {
        throw .privateAddress
      }
    }
    let start = TransferStart(curl, transfer, limit)
    bookend_curl_set_prerequest(curl, noteStart)
    bookend_curl_set_pointer(
      curl, CURLOPT_PREREQDATA, Unmanaged.passUnretained(start).toOpaque())
    let headers = try HeaderList(request)
    bookend_curl_set_list(curl, CURLOPT_HTTPHEADER, headers.list)

    let code = withExtendedLifetime(start) { run(request) }
    if let limit = transfer.exceeded { throw .tooLarge(limitBytes: limit) }
    if code != CURLE_OK, transfer.hasRefusedAddress {
      throw .privateAddress
    }
    guard code == CURLE_OK else { throw failure(code, transfer) }
    guard transfer.isHeadComplete else { throw .mayHaveLanded("the answer was cut off") }
    var status = 0
    bookend_curl_get_long(curl, CURLINFO_RESPONSE_CODE, &status)
    return HTTPResponse(status: status, headers: transfer.headers, body: transfer.body)
  }

  private func setFixedOptions(_ options: HTTPClientOptions) {
    // Signals belong to the program; name look-ups run on a thread of libcurl's and still time out.
    bookend_curl_set_long(curl, CURLOPT_NOSIGNAL, 1)
    bookend_curl_set_string(curl, CURLOPT_PROTOCOLS_STR, "http,https")
    bookend_curl_set_long(curl, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    bookend_curl_set_long(curl, CURLOPT_FOLLOWLOCATION, 0)
    bookend_curl_set_long(curl, CURLOPT_SSL_VERIFYPEER, 1)
    bookend_curl_set_long(curl, CURLOPT_SSL_VERIFYHOST, 2)
    bookend_curl_set_long(curl, CURLOPT_PATH_AS_IS, 1)
    bookend_curl_set_string(curl, CURLOPT_USERAGENT, "Bookend")
    // An empty proxy, unlike none, keeps libcurl from reading the environment's.
    bookend_curl_set_string(curl, CURLOPT_PROXY, options.proxy?.reveal() ?? "")
    bookend_curl_set_string(curl, CURLOPT_NOPROXY, "localhost,127.0.0.1,::1")
    bookend_curl_set_long(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
  }

  private func setTimes(_ options: HTTPClientOptions, deadline: Duration) {
    // Zero would mean "for ever".
    bookend_curl_set_long(curl, CURLOPT_TIMEOUT_MS, max(1, Int(deadline.wholeMilliseconds)))
    bookend_curl_set_long(
      curl, CURLOPT_CONNECTTIMEOUT_MS, max(1, Int(options.connectTimeout.wholeMilliseconds)))
  }

  private func setReuse(_ request: HTTPRequest) {
    // A handle serves several servers in turn; the oldest connection goes first.
    bookend_curl_set_long(curl, CURLOPT_MAXCONNECTS, 4)
    guard !request.isSafe else { return }
    bookend_curl_set_long(curl, CURLOPT_FRESH_CONNECT, 1)
    bookend_curl_set_long(curl, CURLOPT_FORBID_REUSE, 1)
  }

  private func receive(into transfer: Transfer) {
    let pointer = Unmanaged.passUnretained(transfer).toOpaque()
    bookend_curl_set_callback(curl, CURLOPT_HEADERFUNCTION, takeHeaderLine)
    bookend_curl_set_pointer(curl, CURLOPT_HEADERDATA, pointer)
    bookend_curl_set_callback(curl, CURLOPT_WRITEFUNCTION, takeBody)
    bookend_curl_set_pointer(curl, CURLOPT_WRITEDATA, pointer)
  }

  private func connectToPublicAddresses(for transfer: Transfer) {
    bookend_curl_set_open_socket(curl, CURLOPT_OPENSOCKETFUNCTION, openPublicSocket)
    bookend_curl_set_pointer(
      curl, CURLOPT_OPENSOCKETDATA, Unmanaged.passUnretained(transfer).toOpaque())
  }

  private func run(_ request: HTTPRequest) -> CURLcode {
    guard request.sendsBody else {
      let bodyless = request.method == "HEAD" ? CURLOPT_NOBODY : CURLOPT_HTTPGET
      bookend_curl_set_long(curl, bodyless, 1)
      bookend_curl_set_string(curl, CURLOPT_CUSTOMREQUEST, request.method)
      return perform(request.url)
    }
    // libcurl does not copy the body: it has to stay where it is until the request is done.
    return request.body.withUnsafeBytes { body in
      bookend_curl_set_long(curl, CURLOPT_POST, 1)
      bookend_curl_set_string(curl, CURLOPT_CUSTOMREQUEST, request.method)
      bookend_curl_set_size(curl, CURLOPT_POSTFIELDSIZE_LARGE, body.count)
      guard let start = body.baseAddress else {
        bookend_curl_set_string(curl, CURLOPT_COPYPOSTFIELDS, "")
        return perform(request.url)
      }
      bookend_curl_set_pointer(curl, CURLOPT_POSTFIELDS, start)
      return perform(request.url)
    }
  }

  private func perform(_ url: String) -> CURLcode {
    bookend_curl_set_string(curl, CURLOPT_URL, url)
    return curl_easy_perform(curl)
  }

  /// libcurl's own count of what it has sent decides, not its error code: the same code can come before
  /// the first byte and after the last.
  private func failure(_ code: CURLcode, _ transfer: Transfer) -> HTTPClientError {
    let text = "\(String(cString: curl_easy_strerror(code))) (curl \(code.rawValue))"
    guard let sentBefore = transfer.sentBefore else { return .notSent(text) }
    var sent = 0
    bookend_curl_get_long(curl, CURLINFO_REQUEST_SIZE, &sent)
    return sent == sentBefore ? .notSent(text) : .mayHaveLanded(text)
  }
}

/// The request's headers in libcurl's form.
private struct HeaderList: ~Copyable {
  let list: UnsafeMutablePointer<curl_slist>?

  init(_ request: HTTPRequest) throws(HTTPClientError) {
    var lines = request.headers.map { HeaderList.line($0.name, $0.value) }
    if let authorization = request.authorization {
      lines.append(HeaderList.line("Authorization", authorization.reveal()))
    }
    // Without these libcurl calls every body a form, and waits a second before it sends a long one.
    if !request.headers.contains(where: { $0.name.lowercased() == "content-type" }) {
      lines.append("Content-Type:")
    }
    lines.append("Expect:")

    var list: UnsafeMutablePointer<curl_slist>?
    for line in lines {
      guard let longer = curl_slist_append(list, line) else {
        curl_slist_free_all(list)
        throw .notSent("out of memory")
      }
      list = longer
    }
    self.list = list
  }

  deinit { curl_slist_free_all(list) }

  /// libcurl reads `Name:` as "leave this header out" and `Name;` as one with an empty value.
  private static func line(_ name: String, _ value: String) -> String {
    value.isEmpty ? "\(name);" : "\(name): \(value)"
  }
}

extension HTTPRequest {
  /// These state a length even when it is zero (RFC 9110 section 8.6).
  fileprivate var sendsBody: Bool {
    !body.isEmpty || method == "POST" || method == "PUT" || method == "PATCH"
  }
}
