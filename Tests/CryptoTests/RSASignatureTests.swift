import Crypto
import Testing

/// Made with `openssl genrsa 2048` and `openssl dgst -sha256 -sign`.
@Suite struct RSASignatureTests {
  private static let publicKey = """
    -----BEGIN PUBLIC KEY-----
    MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAn3Iq70jsc52Q+uqLVxlr
    ekzPt5qpkY8aRzhmG7o8UYezndr7lERfyGtDTtehKCxOfRfXcmYjewPKYcX1G0JU
    wtIOK2AVe7Gn4LYj6G9U2WnaXad2NfUqEkrTJwKYyuhUbYHXoEtgN2yyIaqeUTQP
    6oDWi3uLRtZTGN9pR47FVm1Yv6l2oHaYxOHx99zkpjYz3JJYSHxBXJYznBbMiywv
    5S/ZaaU6ZR1mIjzpXF0DPSbpxMi+eYEZH3bQPH9Km+BhkQ7m+c3IRIoewdzLcfuF
    WOtxd0aixruYmqELK2PyxG/EJBZFNLVUGipYqAfoGU6SGIEFUKGSqf/cPLPp5JuK
    SQIDAQAB
    -----END PUBLIC KEY-----
    """

  private static let signature = bytes(
    hex: """
      45ce6c7cd82d77aafe99410346a4f44856de1f0c10039d2350f578fdc630b3c3dc5b1936601309e0
      ced425868facc7e0e81d01d3654c032699f2a0b621ed2f7040b0c215aa552ff63c5cac14100794de
      282be1654c43a672ebdcaa79725eed4e71bdbb30a9e295d369982b1f3f4fff00fa8c3019eab38320
      e2d9ee4882d315319eaa2a97a722846cc9bf7a5ac8472d2df1393c4ff76f3dd435c9aa4d9f7802cc
      6b0321a6ac84c5b840fdb4f5027c5f2f81309b2d20bf911e606f80a9188c71bff715612f8c0a7c39
      24c88a293a55c509536bdf869ab9077df0593622da6b3f4b4851310b3aa120ad950bc9863a9beb20
      0d4bcfcb688ed80347fd536166690b5b
      """)

  @Test func aSignatureOfTheKeysHolderIsKnown() {
    #expect(
      isRS256(
        RSASignatureTests.signature, of: "header.payload".utf8,
        publicKey: RSASignatureTests.publicKey))
  }

  @Test func anotherMessageIsNotSigned() {
    #expect(
      !isRS256(
        RSASignatureTests.signature, of: "header.payloae".utf8,
        publicKey: RSASignatureTests.publicKey))
  }

  @Test func aChangedOrMissingSignatureIsNone() {
    var changed = RSASignatureTests.signature
    changed[7] ^= 1
    for signature in [changed, [], Array(changed.dropLast())] {
      #expect(
        !isRS256(signature, of: "header.payload".utf8, publicKey: RSASignatureTests.publicKey))
    }
  }

  @Test func whatIsNoKeyKnowsNoSignature() {
    #expect(!isRS256(RSASignatureTests.signature, of: "header.payload".utf8, publicKey: "no key"))
  }
}
