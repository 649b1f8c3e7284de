/// How somebody reads times: told by the language tag that their browser sends (RFC 5646), such as
/// `en-US`. Months are written as words everywhere, so that no order of numbers can be misread.
package struct ReaderLocale: Equatable, Sendable {
  package enum Clock: Sendable { case hours24, hours12 }
  package enum DateOrder: Sendable { case dayFirst, monthFirst, yearFirst }
  /// What letters are written in; each has its own wording.
  package enum Language: Sendable { case english }

  package let clock: Clock
  package let dateOrder: DateOrder
  package let language: Language

  /// For those of whom nothing is known.
  package static let neutral = ReaderLocale(tag: "")

  /// Unknown tags, and none, read as `neutral`: 24 hours and the day first.
  package init(tag: String) {
    let parts = tag.lowercased().split(whereSeparator: { $0 == "-" || $0 == "_" }).map(String.init)
    let spoken = parts.first ?? ""
    // Of two letters: a script, as in `zh-Hant-TW`, has four.
    let region = parts.dropFirst().first { $0.utf8.count == 2 } ?? ""
    let isEnglish = spoken == "en"
    clock =
      ReaderLocale.twelveHourLanguages.contains(spoken)
        || ReaderLocale.twelveHourRegions.contains(region) && !(region == "ca" && !isEnglish)
      ? .hours12 : .hours24
    if ReaderLocale.yearFirstLanguages.contains(spoken) {
      dateOrder = .yearFirst
    } else {
      dateOrder =
        isEnglish && ReaderLocale.monthFirstRegions.contains(region) ? .monthFirst : .dayFirst
    }
    language = .english
  }

  // By the Unicode CLDR: what its `h` patterns, and its long dates, look like.
  private static let twelveHourLanguages: Set = ["ar", "bn", "hi", "ko", "ur", "fil"]
  private static let twelveHourRegions: Set = [
    "us", "ca", "au", "nz", "in", "pk", "bd", "ph", "my", "sg", "eg", "sa", "ae", "mx", "co", "kr",
  ]
  private static let monthFirstRegions: Set = ["us", "ca", "ph"]
  private static let yearFirstLanguages: Set = ["zh", "ja", "ko", "hu", "lt", "mn"]
}
