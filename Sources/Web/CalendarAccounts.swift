import Bookings
import Core
import Intake

/// What the front may do about calendar accounts. Behind it stands what calls the providers, joined in
/// `bookend`: the front itself never does. Verbs block until a provider has answered, for up to a minute, and
/// throw `AccountsError`; so they are called at a desk of their own.
package protocol CalendarAccounts: Sendable {
  /// Connects an account by what somebody has typed, once it has answered. The same account again is the
  /// same connection, with its secret replaced. `answer` is kept with it under the request's key.
  func connect(
    _ account: NewAccount, for host: HostRecord, request: IdempotentRequest?,
    answer: @escaping @Sendable (Connection, [Calendar]) -> [UInt8]
  ) throws -> ConnectedAnswer

  /// Asks the account for its calendars, and takes over what is new among them. One that answers again is
  /// connected again, and what waited for it is woken.
  func test(_ connection: Connection) throws -> TestedAccount

  /// Forgets an account and, where the provider can be told, ends what it has granted. Nil: no such account.
  func disconnect(
    _ connection: ConnectionID, of organization: OrganizationID, host: HostID?, pausingLinks: Bool
  ) throws -> DisconnectedAccount?

  /// Why a person has to act before the account is of use, in words; nil where it is well.
  func trouble(of connection: ConnectionID) throws -> String?

  /// Whether people can sign in at that provider, by this installation's settings.
  func canSignIn(at provider: Connection.Provider) -> Bool

  /// Where people are sent to sign in, without its path.
  func signInOrigin(at provider: Connection.Provider) -> String

  /// What the provider will ask consent for, in words.
  func purposes(at provider: Connection.Provider) -> [String]

  /// A browser sets out to sign in. Nothing but the state in the address leads back to it.
  func beginSignIn(_ wish: SignInWish, redirect: String) throws -> BegunSignIn

  /// It has come back. Each sign-in ends once, in the browser that began it.
  func finishSignIn(_ returned: ReturnedSignIn, redirect: String) throws -> FinishedSignIn
}

/// An account that somebody wants to connect, by what they have typed.
package enum NewAccount: Sendable {
  case local(name: String, timeZone: String)
  case caldav(url: String, username: String, password: Redacted<String>, name: String?)
  /// A Google service account's key file, and whom it acts for.
  case serviceAccount(key: Redacted<JSON>, subject: String?, name: String?)
  /// A mailbox that this installation may use by its own credentials at Microsoft.
  case mailbox(address: String, tenant: String?, name: String?)
}

package struct ConnectedAnswer: Sendable {
  package let connection: Connection
  package let calendars: [Calendar]
  package let isNew: Bool
  /// The same bytes as the first time, where the request was a repeat.
  package let answer: [UInt8]

  package init(connection: Connection, calendars: [Calendar], isNew: Bool, answer: [UInt8]) {
    self.connection = connection
    self.calendars = calendars
    self.isNew = isNew
    self.answer = answer
  }
}

package struct TestedAccount: Sendable {
  package let connection: Connection
  package let calendars: [Calendar]
  /// What the owner has to mend; nil for an account that answers.
  package let trouble: String?
  package let jobsWoken: Int

  package init(
    connection: Connection, calendars: [Calendar], trouble: String?, jobsWoken: Int
  ) {
    self.connection = connection
    self.calendars = calendars
    self.trouble = trouble
    self.jobsWoken = jobsWoken
  }
}

package enum DisconnectedAccount: Sendable {
  case done(pausedLinks: Int)
  /// Nothing was done: links take bookings with it, or bookings on it are still to come.
  case inUse(links: [DependentLink], upcomingBookings: Int)
}

package struct DependentLink: Sendable {
  package let id: LinkID
  package let title: String
  package let isDestination: Bool

  package init(id: LinkID, title: String, isDestination: Bool) {
    self.id = id
    self.title = title
    self.isDestination = isDestination
  }
}

package enum AccountsError: Error, Sendable {
  /// What was typed is at fault, or the account refuses it.
  case invalid([FieldProblem])
  /// The provider does not answer as it should, at this moment.
  case unreachable(String)
  /// The idempotency key was used for another request.
  case requestDiffers
  /// Somebody else has changed the same account at the same time.
  case changedMeanwhile
}
