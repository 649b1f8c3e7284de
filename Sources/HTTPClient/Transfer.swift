import CCurl
import Foundation

/// What arrives while a request is under way. libcurl's callbacks fill it on the thread that called
/// `curl_easy_perform`.
final class Transfer {
  private(set) var headers: [(name: String, value: String)] = []
  private(set) var body: [UInt8] = []
  /// libcurl takes a connection that closes amid the headers for the end of a short answer.
  private(set) var isHeadComplete = false
  /// The limit that was passed, which ended the transfer.
  private(set) var exceeded: Int?
  /// What libcurl had sent when it was about to send the request: only to a proxy, to be let through. Nil
  /// as long as there was no connection to the server, TLS included.
  var sentBefore: Int?

  /// Whether an address was not connected to because it is private.
  private(set) var hasRefusedAddress = false

  private let options: HTTPClientOptions
  private var headBytes = 0

  init(options: HTTPClientOptions) { self.options = options }

  func take(headerLine bytes: UnsafeRawBufferPointer) -> Bool {
    headBytes += bytes.count
    guard headBytes <= options.maximumHeadBytes else {
      exceeded = options.maximumHeadBytes
      return false
    }
    let line = String(decoding: bytes, as: UTF8.self)
    // A status line begins an answer: what came before it was an interim one (RFC 9110 section 15.2).
    if line.hasPrefix("HTTP/") {
      headers = []
      isHeadComplete = false
    }
    if line.allSatisfy(\.isNewline) { isHeadComplete = true }
    // Lines after the body are trailers, which must not pass for headers (RFC 9110 section 6.5.1).
    guard body.isEmpty, let colon = line.firstIndex(of: ":") else { return true }
    let value = line[line.index(after: colon)...].drop(while: \.isWhitespace)
    headers.append(
      (String(line[..<colon]), String(value.reversed().drop(while: \.isWhitespace).reversed())))
    return true
  }

  func openSocket(to address: UnsafePointer<curl_sockaddr>) -> curl_socket_t {
    // In place: an IPv6 address is longer than the field that it begins in.
    let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) ?? 16
    let bytes = UnsafeRawPointer(address).advanced(by: offset)
    guard isPublicAddress(bytes.assumingMemoryBound(to: sockaddr.self)) else {
      hasRefusedAddress = true
      return curl_socket_t(-1)
    }
    return socket(address.pointee.family, address.pointee.socktype, address.pointee.protocol)
  }

  func take(body bytes: UnsafeRawBufferPointer) -> Bool {
    guard body.count + bytes.count <= options.maximumBodyBytes else {
      exceeded = options.maximumBodyBytes
      return false
    }
    body.append(contentsOf: bytes)
    return true
  }
}

/// Called when the connection stands, immediately before the request goes out.
let noteStart: curl_prereq_callback = { pointer, _, _, _, _ in
  guard let pointer else { return CURL_PREREQFUNC_ABORT }
  let start = Unmanaged<TransferStart>.fromOpaque(pointer).takeUnretainedValue()
  // The last moment at which nothing has happened yet.
  if start.limit.isOver { return CURL_PREREQFUNC_ABORT }
  var sent = 0
  bookend_curl_get_long(start.curl, CURLINFO_REQUEST_SIZE, &sent)
  // A read that libcurl repeats starts twice; what the first start sent counts.
  if start.transfer.sentBefore == nil { start.transfer.sentBefore = sent }
  return CURL_PREREQFUNC_OK
}

/// A transfer and the handle that carries it out.
final class TransferStart {
  let curl: UnsafeMutableRawPointer
  let transfer: Transfer
  let limit: TransferLimit

  init(_ curl: UnsafeMutableRawPointer, _ transfer: Transfer, _ limit: TransferLimit) {
    self.curl = curl
    self.transfer = transfer
    self.limit = limit
  }
}

/// Returning another count than the one given ends the transfer.
let takeHeaderLine: curl_write_callback = { bytes, size, count, pointer in
  guard let bytes, let pointer else { return 0 }
  let transfer = Unmanaged<Transfer>.fromOpaque(pointer).takeUnretainedValue()
  let length = size * count
  return transfer.take(headerLine: UnsafeRawBufferPointer(start: bytes, count: length)) ? length : 0
}

let takeBody: curl_write_callback = { bytes, size, count, pointer in
  guard let bytes, let pointer else { return 0 }
  let transfer = Unmanaged<Transfer>.fromOpaque(pointer).takeUnretainedValue()
  let length = size * count
  return transfer.take(body: UnsafeRawBufferPointer(start: bytes, count: length)) ? length : 0
}

/// Called once for each address that a name has, when it is about to be connected to. -1 is refused.
let openPublicSocket: curl_opensocket_callback = { pointer, _, address in
  guard let pointer, let address else { return -1 }
  return Unmanaged<Transfer>.fromOpaque(pointer).takeUnretainedValue().openSocket(to: address)
}
