import HTTPServer

/// One page as an answer: the same frame and the same safety headers around every body.
struct Page: Sendable {
  let title: String
  let body: HTML
  /// Load again after so many seconds, for what is not final yet; nil is never.
  var refreshSeconds: Int?
  /// Where its forms may lead besides here, as sources of a content security policy: the policy holds for
  /// what our own answer to a form redirects to as well.
  var formTargets: [String] = []
  /// Whether the page offers zones to choose from.
  var usesZoneScript = false
  /// Where its news come from, and the last of them that it shows already.
  var news: (address: String, known: String)?

  init(title: String, refreshSeconds: Int? = nil, @HTMLBuilder body: () -> HTML) {
    self.title = title
    self.refreshSeconds = refreshSeconds
    self.body = body()
  }

  func response(status: Int = 200, headers: [Response.Header] = []) -> Response {
    Response(
      status: status, headers: safetyHeaders + Response.discreet + headers, body: html.bytes)
  }

  private var html: HTML {
    document(language: "en") {
      element("head") {
        void("meta", HTMLAttribute("charset", "utf-8"))
        void(
          "meta", HTMLAttribute("name", "viewport"),
          HTMLAttribute("content", "width=device-width, initial-scale=1"))
        if let refreshSeconds {
          if news == nil {
            refresh(refreshSeconds)
          } else {
            element("noscript") { refresh(refreshSeconds) }
          }
        }
        element("title") { title }
        void(
          "link", HTMLAttribute("rel", "stylesheet"),
          HTMLAttribute("href", Asset.stylesheet.versionedPath))
        if usesZoneScript { script(Asset.zoneScript) }
        if news != nil { script(Asset.liveScript) }
      }
      element("body") {
        element(
          "main", HTMLAttribute("data-events", news?.address),
          HTMLAttribute("data-known", news?.known),
          HTMLAttribute("data-waiting", if: refreshSeconds != nil)
        ) { body }
      }
    }
  }

  private func refresh(_ seconds: Int) -> HTML {
    void("meta", HTMLAttribute("http-equiv", "refresh"), HTMLAttribute("content", "\(seconds)"))
  }

  private func script(_ asset: Asset) -> HTML {
    element("script", HTMLAttribute("src", asset.versionedPath), HTMLAttribute("defer")) {}
  }

  static let type = "text/html; charset=utf-8"

  /// Nothing from elsewhere is loaded, nothing is sent elsewhere, no page is kept.
  private var safetyHeaders: [Response.Header] {
    let policy =
      "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
      + "img-src 'self' data:; "
      + "form-action \((["'self'"] + formTargets).joined(separator: " ")); base-uri 'none'; "
      + "frame-ancestors 'none'"
    return [("Content-Security-Policy", policy)] + Page.headers
  }

  private static let headers: [Response.Header] = [
    ("Content-Type", Page.type),
    ("Cache-Control", "no-store"),
    ("Vary", "Accept, Accept-Language, Cookie"),
  ]
}

extension Response {
  /// For whatever is read under an address that is a capability: it is not passed on to other sites, not
  /// found by search, and not taken for something else than it says.
  static let discreet: [Header] = [
    ("Referrer-Policy", "no-referrer"), ("X-Content-Type-Options", "nosniff"),
    ("X-Robots-Tag", "noindex"),
  ]
}
