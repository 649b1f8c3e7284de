extension Letter {
  /// A page for mail programs: tables for those that know no other layout, colours in a style sheet
  /// so that readers of dark screens get theirs, nothing that is loaded from elsewhere.
  package var html: String {
    let quoted: [HTML] =
      quotation.isEmpty
      ? [] : ["<blockquote>\(Letter.lines(quotation))</blockquote>\n"]
    let rows: [HTML] = facts.map { fact in
      let values = fact.values.map { Letter.lines($0) }
      let cell = values.dropFirst().reduce(values[0]) { "\($0)<br>\($1)" as HTML }
      return """
        <tr><th align="left" valign="top">\(fact.label)</th>\
        <td valign="top">\(cell)</td></tr>

        """
    }
    let table: [HTML] =
      rows.isEmpty ? [] : ["<table role=\"presentation\" class=\"facts\">\n\(rows)</table>\n"]
    let button: [HTML] =
      action.map {
        ["<p class=\"action\"><a class=\"button\" href=\"\($0.url)\">\($0.label)</a></p>\n"]
      } ?? []
    let small: [HTML] =
      footer.isEmpty ? [] : ["<p class=\"footer\">\(Letter.lines(footer))</p>\n"]
    let sentences: [HTML] = remarks.map { "<p>\($0)</p>\n" }
    let page: HTML = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="supported-color-schemes" content="light dark">
      <title>\(subject)</title>
      <style>\(Letter.style)</style>
      </head>
      <body>
      <table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0">
      <tr><td align="center">
      <table role="presentation" class="sheet" width="560" cellpadding="0" cellspacing="0">
      <tr><td class="text">
      <p>\(greeting)</p>
      <h1>\(headline)</h1>
      \(sentences)\(quoted)\(table)\(button)\(small)</td></tr>
      </table>
      </td></tr>
      </table>
      </body>
      </html>

      """
    return page.markup
  }

  /// Line breaks stay line breaks.
  private static func lines(_ text: String) -> HTML {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    return lines.dropFirst().reduce("\(String(lines.first ?? ""))" as HTML) {
      "\($0)<br>\(String($1))"
    }
  }

  private static let style: HTML = """

    body { margin: 0; padding: 0; background: #f3f4f6; color: #1f2430;
      font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; }
    .page { background: #f3f4f6; padding: 24px 12px; }
    .sheet { width: 100%; max-width: 560px; background: #ffffff; border: 1px solid #dde1e7;
      border-radius: 10px; }
    .text { padding: 28px; text-align: left; overflow-wrap: anywhere; }
    p { margin: 0 0 12px; }
    h1 { margin: 0 0 16px; font-size: 20px; line-height: 1.35; }
    blockquote { margin: 0 0 16px; padding: 2px 0 2px 14px; border-left: 3px solid #b9c2cf; }
    .facts { border-collapse: collapse; margin: 4px 0 20px; }
    .facts th { padding: 5px 18px 5px 0; font-weight: 600; color: #5a6372; white-space: nowrap; }
    .facts td { padding: 5px 0; }
    .action { margin: 0 0 8px; }
    .button { display: inline-block; padding: 11px 20px; border-radius: 8px; background: #1f5fbf;
      color: #ffffff; font-weight: 600; text-decoration: none; }
    .footer { margin: 20px 0 0; padding-top: 14px; border-top: 1px solid #dde1e7; color: #5a6372;
      font-size: 13px; }
    @media (max-width: 480px) {
      .text { padding: 20px; }
      .facts th, .facts td { display: block; padding: 0; }
      .facts td { padding-bottom: 10px; }
    }
    @media (prefers-color-scheme: dark) {
      body, .page { background: #14171c; color: #e6e9ee; }
      .sheet { background: #1e2229; border-color: #343b46; }
      .facts th, .footer { color: #a3adbb; }
      .footer { border-color: #343b46; }
      blockquote { border-color: #55606f; }
      .button { background: #8ab4f8; color: #10151d; }
    }

    """
}
