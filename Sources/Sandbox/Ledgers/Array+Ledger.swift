extension Array {
  /// What a ledger keeps: more than a test makes, and no memory without end where a sandbox runs for weeks.
  private static var mostRecords: Int { 100_000 }

  /// Appends to a ledger, which forgets its oldest tenth when it is full.
  mutating func append(record: Element) {
    if count >= Self.mostRecords { removeFirst(Self.mostRecords / 10) }
    append(record)
  }
}
