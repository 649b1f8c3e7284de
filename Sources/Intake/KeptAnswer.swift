/// An answer that is kept as it was given, so that an equal request gets the same bytes.
package struct KeptAnswer: Sendable, Equatable {
  package let status: Int
  package let location: String?
  package let body: [UInt8]

  package init(status: Int, location: String?, body: [UInt8]) {
    self.status = status
    self.location = location
    self.body = body
  }
}
