import Core

/// What a calendar held, by names and versions.
struct CalDAVTags: Equatable {
  /// The server's word for the whole; nil where it has none.
  let whole: String?
  /// ETags by the names of the objects below the calendar.
  let objects: [String: String]

  init(whole: String?, objects: [String: String]) {
    self.whole = whole
    self.objects = objects
  }

  init?(_ text: String) {
    guard let json = try? JSON.parse(Array(text.utf8)), let members = json["objects"]?.object else {
      return nil
    }
    var objects: [String: String] = [:]
    for member in members.members { objects[member.key] = member.value.string }
    self.init(whole: json["whole"]?.string, objects: objects)
  }

  var text: String {
    let members = objects.sorted { $0.key < $1.key }.map { ($0.key, JSON.string($0.value)) }
    let json: JSON = [
      "whole": whole.map(JSON.string) ?? .null, "objects": .object(JSONObject(members)),
    ]
    return String(decoding: json.serialized(), as: UTF8.self)
  }
}
