import Bookings
import Core
import Queue
import SQLite

extension Store {
  /// Takes in what providers have called about, all of it in one commit: after that nothing of it is lost. Calls
  /// whose watch has ended meanwhile are left out. However many come about one calendar, it is read once.
  package func hear(_ calls: [ProviderCall]) throws {
    try write { transaction in
      for call in calls {
        guard let watch = try self.watch(call.watch, transaction.connection),
          watch.state != .ending
        else { continue }
        try self.take(call.news, of: watch, in: transaction)
      }
    }
  }

  private func take(
    _ news: ProviderCall.News, of watch: Watch, in transaction: Transaction
  ) throws {
    try transaction.connection.run("UPDATE watches SET last_call_at = :now WHERE id = :id") {
      $0.bind(":now", transaction.now)
      $0.bind(":id", watch.id)
    }
    switch news {
    case .changed: break
    case .toBeRenewed: try makeDue(watch, in: transaction)
    case .ended:
      // There is nothing left at the provider that could be renewed or ended.
      try transaction.connection.run("DELETE FROM watches WHERE id = :id") {
        $0.bind(":id", watch.id)
      }
      _ = try enqueueWatch(watch.calendar, in: transaction)
    }
    _ = try followNow(watch.calendar, in: transaction)
  }

  private func makeDue(_ watch: Watch, in transaction: Transaction) throws {
    try transaction.connection.run(
      "UPDATE watches SET renew_at = min(renew_at, :now) WHERE id = :id AND state = 'live'"
    ) {
      $0.bind(":now", transaction.now)
      $0.bind(":id", watch.id)
    }
    _ = try enqueueWatch(watch.calendar, in: transaction)
  }
}
