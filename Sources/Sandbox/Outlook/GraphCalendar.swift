import Core

struct GraphCalendar: Sendable {
  let id: String
  var name: String
  let isDefault: Bool
  var canEdit: Bool
  var isDeleted = false
  let onlineMeetingProviders: [String]
  let owner: (name: String, email: String)

  var json: JSON {
    [
      "id": .string(id), "name": .string(name), "color": "auto", "hexColor": "",
      "isDefaultCalendar": .bool(isDefault), "changeKey": "sandboxCalendar==",
      "canShare": .bool(canEdit), "canViewPrivateItems": .bool(canEdit), "canEdit": .bool(canEdit),
      "allowedOnlineMeetingProviders": .array(onlineMeetingProviders.map(JSON.string)),
      "defaultOnlineMeetingProvider": .string(onlineMeetingProviders.first ?? "unknown"),
      "isTallyingResponses": .bool(isDefault), "isRemovable": .bool(!isDefault),
      "owner": ["name": .string(owner.name), "address": .string(owner.email)],
    ]
  }
}
