import Crypto
import Testing

struct KeyringTests {
  let password = Array("app-password".utf8)
  let context = Array("connection/cnn_1".utf8)

  @Test func opensWhatItSealed() throws {
    let ring = Keyring(current: try .random())
    let sealed = try ring.seal(password, context: context)
    #expect(try ring.open(sealed, context: context) == password)
    #expect(try ring.open(try ring.seal([], context: []), context: []) == [])
  }

  @Test func sealsDifferentlyEachTime() throws {
    let ring = Keyring(current: try .random())
    #expect(try ring.seal(password, context: context) != ring.seal(password, context: context))
  }

  @Test("a new current key opens what the previous one sealed, and a ring without it does not")
  func rotation() throws {
    let old = try EncryptionKey.random()
    let new = try EncryptionKey.random()
    let sealed = try Keyring(current: old).seal(password, context: context)
    #expect(
      try Keyring(current: new, previous: [old]).open(sealed, context: context) == password)
    #expect(throws: CryptoError.unknownKey) {
      try Keyring(current: new).open(sealed, context: context)
    }
  }

  @Test("no bit can be changed unnoticed")
  func everyBit() throws {
    let ring = Keyring(current: try .random())
    let sealed = try ring.seal(password, context: context)
    for index in sealed.indices {
      for bit in 0..<8 {
        var broken = sealed
        broken[index] ^= 1 << UInt8(bit)
        #expect(throws: CryptoError.self) { try ring.open(broken, context: context) }
      }
    }
  }

  @Test func isBoundToItsContext() throws {
    let ring = Keyring(current: try .random())
    let sealed = try ring.seal(password, context: context)
    #expect(throws: CryptoError.notAuthentic) {
      try ring.open(sealed, context: Array("connection/cnn_2".utf8))
    }
  }

  @Test func refusesWhatIsTooShort() throws {
    let ring = Keyring(current: try .random())
    let sealed = try ring.seal([], context: context)
    for length in 0..<sealed.count {
      #expect(throws: CryptoError.malformed) {
        try ring.open(Array(sealed.prefix(length)), context: context)
      }
    }
  }

  @Test func keysHaveOneLengthAndDoNotPrint() throws {
    #expect(throws: CryptoError.wrongKeyLength) { try EncryptionKey([1, 2, 3]) }
    let key = try EncryptionKey([UInt8](repeating: 0xAB, count: EncryptionKey.length))
    #expect(!"\(key)".contains("171"))
    #expect("\(key)".contains("redacted"))
  }
}
