/// A control call that cannot be carried out, with the field that is at fault.
struct ControlRefusal: Error {
  let status: Int
  let field: String
  let detail: String

  init(_ status: Int, _ field: String, _ detail: String) {
    self.status = status
    self.field = field
    self.detail = detail
  }

  static func noAccount(_ email: String) -> ControlRefusal {
    ControlRefusal(404, "#/account", "\(email) is no account of that provider here")
  }

  static let noCalendar = ControlRefusal(404, "#/calendar", "is no calendar of that account")
  static let noEvent = ControlRefusal(404, "#/id", "is no event of that calendar")
}
