import CMicroHTTPD

/// The first bytes of a body that never comes whole, held by the library for as long as the answer lasts.
final class BrokenDelivery {
  private let bytes: [UInt8]

  init(_ bytes: ArraySlice<UInt8>) { self.bytes = Array(bytes) }

  func read(from position: Int, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let due = bytes.dropFirst(position).prefix(buffer.count)
    guard !due.isEmpty else { return StreamDelivery.brokenOff }
    buffer.copyBytes(from: due)
    return due.count
  }
}

func readBroken(
  context: UnsafeMutableRawPointer?, position: UInt64, buffer: UnsafeMutablePointer<CChar>?,
  size: Int
) -> Int {
  guard let context else { return StreamDelivery.brokenOff }
  return Unmanaged<BrokenDelivery>.fromOpaque(context).takeUnretainedValue()
    .read(from: Int(position), into: UnsafeMutableRawBufferPointer(start: buffer, count: size))
}

func releaseBroken(context: UnsafeMutableRawPointer?) {
  if let context { Unmanaged<BrokenDelivery>.fromOpaque(context).release() }
}
