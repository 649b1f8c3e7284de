import Core

extension JSON {
  /// The document after a patch: objects are merged, arrays and everything else replaced, null deletes
  /// (RFC 7396), which is how both providers read a PATCH.
  func merged(with patch: JSON) -> JSON {
    guard case .object(let changes) = patch else { return patch }
    var result = object ?? JSONObject()
    for change in changes.members {
      switch change.value {
      case .null: result[change.key] = nil
      case .object: result[change.key] = (result[change.key] ?? .null).merged(with: change.value)
      default: result[change.key] = change.value
      }
    }
    return .object(result)
  }

  /// The object with one more member; nothing changes where the value is nil.
  func adding(_ key: String, _ value: JSON?) -> JSON {
    guard let value, case .object(var object) = self else { return self }
    object[key] = value
    return .object(object)
  }
}

extension JSONObject {
  /// Sets what is not nil.
  mutating func set(_ key: String, _ value: JSON?) {
    if let value { self[key] = value }
  }

  mutating func set(_ key: String, _ value: String?) {
    if let value { self[key] = .string(value) }
  }
}
