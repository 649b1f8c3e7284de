/// The names and values of an `application/x-www-form-urlencoded` body in the order given (the URL
/// standard, section 5.1): `+` is a space, a bare name has an empty value. Nil where the encoding
/// is broken, a value is not UTF-8, or a NUL is in it.
package func formItems(_ body: [UInt8]) -> [Request.QueryItem]? {
  body.withUnsafeBufferPointer { formItems($0[...]) }
}

func formItems(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> [Request.QueryItem]? {
  var items: [Request.QueryItem] = []
  for pair in bytes.split(separator: UInt8(ascii: "&")) {
    let equals = pair.firstIndex(of: UInt8(ascii: "="))
    let rawValue = equals.map { pair[($0 + 1)...] } ?? pair[pair.endIndex...]
    guard
      let name = percentDecoded(
        pair[..<(equals ?? pair.endIndex)], plusIsSpace: true, controls: .allowed),
      let value = percentDecoded(rawValue, plusIsSpace: true, controls: .allowed)
    else { return nil }
    items.append((name, value))
  }
  return items
}
