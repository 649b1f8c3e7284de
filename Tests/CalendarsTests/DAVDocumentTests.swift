import Testing

@testable import Calendars

struct DAVDocumentTests {
  @Test(
    "names count, prefixes do not",
    arguments: [
      "<D:multistatus xmlns:D=\"DAV:\"><D:response><D:href> /a/ </D:href></D:response></D:multistatus>",
      "<multistatus xmlns=\"DAV:\"><response><href>/a/</href></response></multistatus>",
      "<x:multistatus xmlns:x=\"DAV:\"><response xmlns=\"DAV:\"><x:href>\n/a/</x:href></response></x:multistatus>",
    ])
  func namespaces(_ text: String) {
    #expect(DAVMultistatus(Array(text.utf8))?.resources.map(\.href) == ["/a/"])
  }

  @Test func textCDATAAndCharacterReferences() throws {
    let root = try #require(parsed("<a>x &lt;&amp;&#233; <![CDATA[<BEGIN>\né]]></a>"))
    #expect(root.text == "x <&é <BEGIN>\né")
  }

  @Test func onlyFoundPropertiesCount() throws {
    let answer = try #require(
      DAVMultistatus(
        Array(
          """
          <multistatus xmlns="DAV:"><response><href>/a/</href>
          <propstat><prop><getetag>"1"</getetag></prop><status>HTTP/1.1 200 OK</status></propstat>
          <propstat><prop><displayname>no</displayname></prop><status>HTTP/1.1 404 Not Found</status></propstat>
          </response><response><href>/b/</href><status>HTTP/1.1 404 Not Found</status></response></multistatus>
          """.utf8)))
    #expect(answer.resources[0].properties.first(.dav("getetag"))?.trimmed == "\"1\"")
    #expect(answer.resources[0].properties.first(.dav("displayname")) == nil)
    #expect(answer.resources.map(\.status) == [nil, 404])
  }

  @Test(
    "a document type is refused, whatever it would do",
    arguments: [
      "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
      "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>",
      "<!DOCTYPE a SYSTEM \"http://127.0.0.1/\"><a/>",
      """
      <!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
      <!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]><a>&d;</a>
      """,
    ])
  func documentTypes(_ text: String) {
    #expect(parsed(text) == nil)
    // Nor hidden in an encoding of two bytes a character.
    #expect(DAVDocument.root(of: [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0), 0] }) == nil)
  }

  @Test(arguments: ["", "not xml", "<a>", "<a></b>", "<a>&b;</a>"])
  func whatIsNotXML(_ text: String) {
    #expect(parsed(text) == nil)
  }

  @Test func depthIsBounded() {
    func nested(_ depth: Int) -> String {
      String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
    }
    #expect(parsed(nested(32)) != nil)
    #expect(parsed(nested(33)) == nil)
    #expect(parsed(nested(100_000)) == nil)
  }

  private func parsed(_ text: String) -> DAVElement? { DAVDocument.root(of: Array(text.utf8)) }
}
