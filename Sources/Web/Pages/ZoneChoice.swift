import Core

/// The zones to choose from, by continent. The chosen one is there under whatever name it has.
struct ZoneChoice: Sendable {
  private let regions: [(name: String, zones: [String])]

  init(_ zones: ZoneDatabase) {
    var regions: [(name: String, zones: [String])] = []
    for name in zones.names + ["Etc/UTC"] {
      let region = String(name.prefix { $0 != "/" })
      if regions.last?.name == region {
        regions[regions.count - 1].zones.append(name)
      } else {
        regions.append((region, [name]))
      }
    }
    self.regions = regions
  }

  func select(chosen: String) -> HTML {
    element("select", HTMLAttribute("id", "timeZone"), HTMLAttribute("name", "timeZone")) {
      if !regions.contains(where: { $0.zones.contains(chosen) }) { option(chosen, chosen) }
      for region in regions {
        element("optgroup", HTMLAttribute("label", region.name)) {
          for zone in region.zones { option(zone, chosen) }
        }
      }
    }
  }

  private func option(_ zone: String, _ chosen: String) -> HTML {
    element(
      "option", HTMLAttribute("value", zone), HTMLAttribute("selected", if: zone == chosen)
    ) { DateText.readable(zone) }
  }
}
