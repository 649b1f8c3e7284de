/// A path of this server with a query; items without a value are left out. Both are percent-encoded
/// as the URL standard does it for forms, the path's slashes kept.
func pageAddress(_ path: String, _ query: KeyValuePairs<String, String?> = [:]) -> String {
  pageAddress(path, items: query.map { ($0.key, $0.value) })
}

func pageAddress(_ path: String, items query: [(String, String?)]) -> String {
  var bytes: [UInt8] = []
  append(path.utf8, alsoPlain: "/", to: &bytes)
  var sign = UInt8(ascii: "?")
  for case (let name, let value?) in query {
    bytes.append(sign)
    append(name.utf8, to: &bytes)
    bytes.append(UInt8(ascii: "="))
    append(value.utf8, to: &bytes)
    sign = UInt8(ascii: "&")
  }
  return String(decoding: bytes, as: UTF8.self)
}

private func append(
  _ text: String.UTF8View, alsoPlain: StaticString = "", to bytes: inout [UInt8]
) {
  let digits = Array("0123456789ABCDEF".utf8)
  for byte in text {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"):
      bytes.append(byte)
    case _ where alsoPlain.withUTF8Buffer({ $0.contains(byte) }):
      bytes.append(byte)
    default:
      bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }
}
