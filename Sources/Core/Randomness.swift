import Synchronization

/// Where random numbers come from: the system's, or a seed that a failing test prints.
package final class Randomness: Sendable {
  private let seeded: Mutex<SplitMix64?>

  /// The system's generator, fit for secrets.
  package init() { seeded = Mutex(nil) }

  /// Repeatable, for tests and simulations; never for secrets.
  package init(seed: UInt64) { seeded = Mutex(SplitMix64(state: seed)) }

  package func next() -> UInt64 {
    if let repeatable = seeded.withLock({ $0?.next() }) { return repeatable }
    var system = SystemRandomNumberGenerator()
    return system.next()
  }

  package func bytes(_ count: Int) -> [UInt8] {
    var bytes = [UInt8]()
    bytes.reserveCapacity(count + 7)
    while bytes.count < count {
      withUnsafeBytes(of: next()) { bytes.append(contentsOf: $0) }
    }
    bytes.removeLast(bytes.count - count)
    return bytes
  }

  /// Uniform in 0..<1.
  package func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
}

/// Steele, Lea, Flood: Fast splittable pseudorandom number generators (2014).
private struct SplitMix64 {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
