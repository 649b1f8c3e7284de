import Core

/// What a guest sends to move a booking.
struct RescheduleFields: Sendable {
  let start: Timestamp
  let reason: String?

  init(_ json: JSON) throws(FieldProblems) {
    self = try FieldReader.read(json) { fields in
      let start = fields.instant("start")
      let reason = fields.reason()
      return start.map { RescheduleFields(start: $0, reason: reason) }
    }
  }

  private init(start: Timestamp, reason: String?) {
    self.start = start
    self.reason = reason
  }
}

/// What a guest sends to cancel a booking.
struct CancelFields: Sendable {
  let reason: String?

  /// A few sentences for the other side.
  static let longestReason = 1000

  init(_ json: JSON) throws(FieldProblems) {
    reason = try FieldReader.read(json) { [$0.reason()] }[0]
  }
}

extension FieldReader {
  fileprivate func reason() -> String? {
    let reason = optionalString("reason", length: 0...CancelFields.longestReason)
    return reason?.isEmpty == true ? nil : reason
  }
}
