import Crypto
import Testing

struct DigestTests {
  @Test("FIPS 180-4 examples")
  func sha256Vectors() {
    #expect(
      hex(sha256([])) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
      hex(sha256("abc".utf8))
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      hex(sha256(repeatElement(UInt8(ascii: "a"), count: 1_000_000)))
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test("RFC 4231 test cases 1, 2, 3 and 6")
  func hmacVectors() {
    #expect(
      hex(hmacSHA256("Hi There".utf8, key: [UInt8](repeating: 0x0b, count: 20)))
        == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
    #expect(
      hex(hmacSHA256("what do ya want for nothing?".utf8, key: "Jefe".utf8))
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    #expect(
      hex(
        hmacSHA256([UInt8](repeating: 0xdd, count: 50), key: [UInt8](repeating: 0xaa, count: 20)))
        == "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe")
    #expect(
      hex(
        hmacSHA256(
          "Test Using Larger Than Block-Size Key - Hash Key First".utf8,
          key: [UInt8](repeating: 0xaa, count: 131)))
        == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
  }

  @Test("an empty key is a key")
  func hmacOfEmptyKey() {
    #expect(
      hex(hmacSHA256([], key: []))
        == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
  }

  @Test func comparison() {
    #expect(equalInConstantTime([], []))
    #expect(equalInConstantTime([1, 2, 3], [1, 2, 3]))
    #expect(!equalInConstantTime([1, 2, 3], [1, 2, 4]))
    #expect(!equalInConstantTime([1, 2, 3], [1, 2]))
  }

  @Test func randomBytesDiffer() throws {
    let one = try secureRandomBytes(32)
    #expect(one.count == 32)
    #expect(try secureRandomBytes(32) != one)
    #expect(try secureRandomBytes(0) == [])
  }
}
