import Core

extension Spend {
  /// A line of the ledger as its link's owner sees it, over HTTP and on the command line.
  package func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("booking", booking)
      $0.field("claimedAt", claimedAt)
      $0.field("releasedAt", release?.at)
      $0.field("releaseReason", release?.reason)
      $0.field("releasedBy", release?.by)
      $0.field("releasedByName", release?.keyName)
    }
  }
}
