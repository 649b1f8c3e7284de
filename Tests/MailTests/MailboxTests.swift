import Testing

@testable import Mail

struct MailboxTests {
  @Test(arguments: ["sam@guest.example", "a.b+c@x-y.example", "o'neil@localhost", "x@1.example"])
  func addressesOfPeopleAreTaken(email: String) throws {
    #expect(try Mailbox(name: "", email: email).email == email)
  }

  @Test(arguments: [
    "", "@", "sam", "sam@", "@guest.example", "a@b@c", "a b@c.example", "a@b c", "a..b@c", ".a@c",
    "a.@c", "a@-c.example", "a@c-.example", "a@c..example", "a@[127.0.0.1]", "\"a b\"@c.example",
    "a@c.example\r\nBcc: x@y", "a@c.example\n", "a<b@c.example", "sam@gäst.example",
    "a@c.example,x@y",
    String(repeating: "a", count: 65) + "@c.example",
    "a@" + String(repeating: "a", count: 64) + ".example",
    "a@" + String(repeating: "a.", count: 130) + "example",
  ])
  func whatIsNoAddressIsRefusedWithItsField(email: String) {
    let error = MailError.invalid(
      field: "guest/email", detail: "no mail address that we can write to")
    #expect(throws: error) { try Mailbox(name: "", email: email, field: "guest/email") }
  }

  @Test func messageIDsBecomeNamesOfFiles() throws {
    #expect(try MessageID("bk1.0.REQUEST.ab@x.example").fileName == "bk1.0.REQUEST.ab@x.example")
    #expect(try MessageID("a/b%c@x").fileName == "a%2Fb%25c@x")
  }

  @Test(arguments: [
    "", "a", "@", "a@", "<a@b>", "a b@c", "a@b\r\n", "..@b", "a@b@c", "../a@b",
    String(repeating: "a", count: 200) + "@b",
  ])
  func whatIsNoMessageIDIsRefused(text: String) {
    #expect(throws: MailError.invalid(field: "messageID", detail: "no Message-ID")) {
      try MessageID(text)
    }
  }
}
