import Testing

@testable import Crypto

/// Test cases 13 to 16 of McGrew and Viega, "The Galois/Counter Mode of Operation", which NIST took over.
struct AES256GCMTests {
  struct Vector: Sendable {
    let key: String
    let nonce: String
    let associated: String
    let plaintext: String
    let sealed: String
  }

  static let longKey = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"
  static let text =
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
  static let cipher =
    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"

  static let vectors = [
    Vector(
      key: String(repeating: "0", count: 64), nonce: String(repeating: "0", count: 24),
      associated: "", plaintext: "", sealed: "530f8afbc74536b9a963b4f1c4cb738b"),
    Vector(
      key: String(repeating: "0", count: 64), nonce: String(repeating: "0", count: 24),
      associated: "", plaintext: String(repeating: "0", count: 32),
      sealed: "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"),
    Vector(
      key: longKey, nonce: "cafebabefacedbaddecaf888", associated: "",
      plaintext: text + "1aafd255", sealed: cipher + "898015adb094dac5d93471bdec1a502270e3cc6c"),
    Vector(
      key: longKey, nonce: "cafebabefacedbaddecaf888",
      associated: "feedfacedeadbeeffeedfacedeadbeefabaddad2", plaintext: text,
      sealed: cipher + "76fc6ece0f4e1768cddf8853bb2d551b"),
  ]

  @Test(arguments: vectors)
  func knownAnswer(_ vector: Vector) throws {
    let key = try EncryptionKey(bytes(hex: vector.key))
    let nonce = bytes(hex: vector.nonce)
    let associated = bytes(hex: vector.associated)
    let sealed = try AES256GCM.seal(
      bytes(hex: vector.plaintext), key: key, nonce: nonce, associated: associated)
    #expect(hex(sealed) == vector.sealed)
    let opened = try AES256GCM.open(sealed, key: key, nonce: nonce, associated: associated)
    #expect(hex(opened) == vector.plaintext)
  }
}
