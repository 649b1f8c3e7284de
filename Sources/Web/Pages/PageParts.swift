import Core

/// A box that says what happened; `isBad` for what the guest must mend.
func card(
  isBad: Bool = false, isGood: Bool = false, state: String? = nil,
  @HTMLBuilder content: () -> HTML
) -> HTML {
  element(
    "div", HTMLAttribute("class", isBad ? "card bad" : isGood ? "card good" : "card"),
    HTMLAttribute("role", isBad ? "alert" : nil), HTMLAttribute("data-state", state),
    content: content)
}

func paragraph(_ text: String, class name: String? = nil) -> HTML {
  element("p", HTMLAttribute("class", name)) { text }
}

func button(_ text: String, class name: String? = nil) -> HTML {
  element("button", HTMLAttribute("type", "submit"), HTMLAttribute("class", name)) { text }
}

func linkButton(_ text: String, _ address: String, class name: String = "button quiet") -> HTML {
  element("a", HTMLAttribute("class", name), HTMLAttribute("href", address)) { text }
}

func hidden(_ name: String, _ value: String?) -> HTML {
  guard let value else { return HTML() }
  return void(
    "input", HTMLAttribute("type", "hidden"), HTMLAttribute("name", name),
    HTMLAttribute("value", value))
}

/// A form that changes something.
func postForm(_ address: String, @HTMLBuilder content: () -> HTML) -> HTML {
  element(
    "form", HTMLAttribute("method", "post"), HTMLAttribute("action", address), content: content)
}

/// A labelled control with what is wrong with it, tied together for those who cannot see them.
func field(
  _ name: String, label: String, hint: String? = nil, fault: String?,
  @HTMLBuilder control: (_ describedBy: HTMLAttribute, _ isInvalid: HTMLAttribute) -> HTML
) -> HTML {
  element("div", HTMLAttribute("class", "field")) {
    element("label", HTMLAttribute("for", name)) {
      label
      if let hint { element("span", HTMLAttribute("class", "hint")) { " \(hint)" } }
    }
    if let fault {
      element("p", HTMLAttribute("class", "fault"), HTMLAttribute("id", "\(name)-fault")) { fault }
    }
    control(
      HTMLAttribute("aria-describedby", fault == nil ? nil : "\(name)-fault"),
      HTMLAttribute("aria-invalid", fault == nil ? nil : "true"))
  }
}
