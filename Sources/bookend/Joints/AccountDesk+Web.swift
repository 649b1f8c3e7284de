import Bookings
import Calendars
import Core
import Crypto
import Intake
import Store
import Web

// The desk in the front's words. Nothing is decided here.

extension AccountDesk: CalendarAccounts {
  func connect(
    _ account: NewAccount, for host: HostRecord, request: IdempotentRequest?,
    answer: @escaping @Sendable (Connection, [Calendar]) -> [UInt8]
  ) throws -> ConnectedAnswer {
    let keyed = request.map {
      ConnectionRequest(
        key: $0.key, digest: hmacSHA256($0.digest, key: digestKey.reveal()))
    }
    do {
      let kept = try connect(account, for: host, request: keyed, answer: answer)
      return ConnectedAnswer(
        connection: kept.connection, calendars: kept.calendars, isNew: kept.isNew,
        answer: kept.earlierAnswer ?? answer(kept.connection, kept.calendars))
    } catch ConnectingError.requestDiffers {
      throw AccountsError.requestDiffers
    } catch ConnectingError.changedMeanwhile {
      throw AccountsError.changedMeanwhile
    }
  }

  func disconnect(
    _ connection: ConnectionID, of organization: OrganizationID, host: HostID?, pausingLinks: Bool
  ) throws -> DisconnectedAccount? {
    let done: Disconnected? = try disconnect(
      connection, of: organization, host: host, pausingLinks: pausingLinks)
    switch done {
    case nil: return nil
    case .done(let dependents, _): return .done(pausedLinks: dependents.links.count)
    case .inUse(let dependents):
      return .inUse(
        links: dependents.links.map {
          DependentLink(id: $0.link, title: $0.title, isDestination: $0.isDestination)
        }, upcomingBookings: dependents.upcomingBookings)
    }
  }

  func trouble(of connection: ConnectionID) throws -> String? {
    try store.trouble(of: connection)
  }

  func canSignIn(at provider: Connection.Provider) -> Bool {
    clients[provider]?.settings.hasClient ?? false
  }

  func signInOrigin(at provider: Connection.Provider) -> String {
    clients[provider]?.settings.authorizeOrigin ?? ""
  }

  func purposes(at provider: Connection.Provider) -> [String] {
    NeededScope.all(of: provider).map(\.purpose)
  }
}
