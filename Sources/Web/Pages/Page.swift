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

  init(title: String, refreshSeconds: Int? = nil, @HTMLBuilder body: () -> HTML) {
    self.title = title
    self.refreshSeconds = refreshSeconds
    self.body = body()
  }

  func response(status: Int = 200, headers: [Response.Header] = []) -> Response {
    Response(status: status, headers: safetyHeaders + headers, body: html.bytes)
  }

  private var html: HTML {
    document(language: "en") {
      element("head") {
        void("meta", HTMLAttribute("charset", "utf-8"))
        void(
          "meta", HTMLAttribute("name", "viewport"),
          HTMLAttribute("content", "width=device-width, initial-scale=1"))
        if let refreshSeconds {
          void(
            "meta", HTMLAttribute("http-equiv", "refresh"),
            HTMLAttribute("content", "\(refreshSeconds)"))
        }
        element("title") { title }
        void(
          "link", HTMLAttribute("rel", "stylesheet"),
          HTMLAttribute("href", Asset.stylesheet.versionedPath))
        if usesZoneScript {
          element(
            "script", HTMLAttribute("src", Asset.zoneScript.versionedPath), HTMLAttribute("defer")
          ) {}
        }
      }
      element("body") { element("main") { body } }
    }
  }

  /// Nothing from elsewhere is loaded, nothing is sent elsewhere, no address leaks (a booking's is
  /// a capability), no page is kept or found by search.
  private var safetyHeaders: [Response.Header] {
    let policy =
      "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
      + "form-action \((["'self'"] + formTargets).joined(separator: " ")); base-uri 'none'; "
      + "frame-ancestors 'none'"
    return [("Content-Security-Policy", policy)] + Page.headers
  }

  private static let headers: [Response.Header] = [
    ("Content-Type", "text/html; charset=utf-8"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Robots-Tag", "noindex"),
    ("Cache-Control", "no-store"),
    ("Vary", "Accept, Accept-Language, Cookie"),
  ]
}
