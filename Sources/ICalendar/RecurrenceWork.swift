/// What is left of the work that one text may cost. Handed through every expansion, so that a
/// hundred small rules are bounded as one large one is.
struct RecurrenceWork {
  private var left = ICalendarLimit.recurrenceWork

  mutating func spend(_ count: Int = 1, line: Int) throws(ICalendarError) {
    left -= count
    guard left >= 0 else { throw .recurrenceTooLarge(line: line) }
  }
}
