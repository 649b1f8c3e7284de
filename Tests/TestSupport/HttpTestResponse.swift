/// What `HTTPTestClient` read.
package struct HTTPTestResponse {
  package var status: Int
  /// Names in lower case, in the order they came.
  package var headers: [(name: String, value: String)] = []
  package var body: [UInt8] = []

  package subscript(_ name: String) -> String? { headers.first { $0.name == name }?.value }

  package var text: String { String(decoding: body, as: UTF8.self) }
}
