import Core
import HTTPServer

/// Google Calendar v3 and Microsoft Graph v1.0 with their token endpoints, as they answer on the wire: for
/// tests, demos and integrators. One loopback port serves all of it, everything lies in memory, ids and
/// tokens come from a seed, and the clock is the sandbox's own.
///
///     Google API     {base}/calendar/v3            Graph API      {base}/v1.0
///     Google tokens  {base}/token  {base}/revoke   Graph tokens   {base}/{tenant}/oauth2/v2.0/token
///     Google consent {base}/o/oauth2/v2/auth       Graph consent  {base}/{tenant}/oauth2/v2.0/authorize
///
/// What it knows is what a booking system asks of a calendar. Series are not expanded: an event with a
/// `recurrence` is refused, and a host's series is seeded occurrence by occurrence.
///
/// # The control API
///
/// Everything under `/sandbox` is ours and no provider's: JSON in, JSON out, 400 with `errors` that name
/// the field. `provider` is `google` or `outlook`, `account` its mail address, `calendar` an id (by
/// default the account's main one); a question mark marks what may be left out.
///
/// - `GET /sandbox`: base URLs, the clock, counts.
/// - `POST /sandbox/reset`: back to an empty sandbox; ids start over.
/// - `POST /sandbox/accounts` `{provider, email, name?, timeZone?, personal?, calendars?: [{id?, name,
///   timeZone?, access?}]}`: answers the calendars' ids, an access and a refresh token with every scope.
/// - `POST /sandbox/service-accounts` `{email, publicKeyPem?, delegated?}`: one of Google's; signatures are
///   checked where the key is given.
/// - `POST /sandbox/clients` `{provider, id, secret?, redirectUris?}`: there is one at each provider from
///   the start, `sandbox-client` with `sandbox-secret`, which may redirect to anywhere on this machine.
/// - `POST /sandbox/consent` `{provider, account?, denied?, scopes?}`: how the person answers at the
///   consent pages from now on; at first with yes.
/// - `POST /sandbox/tokens` `{provider, account, scopes?, expiresInSeconds?, appOnly?}`: answers an access
///   and a refresh token. `POST /sandbox/tokens/revoke` `{provider, account, what?: access | all}`.
/// - `POST /sandbox/calendars` `{provider, account, name, id?, timeZone?, access?}`: one more; one of
///   Google's that is there already is shared. `DELETE` `{provider, account, calendar}`: deleted under
///   the feet of its users.
/// - `GET /sandbox/events?provider&account&calendar`: every event as it stands, deleted ones too.
/// - `POST`, `PATCH`, `DELETE /sandbox/events` `{provider, account, calendar?, id?, event?, moveTo?}`: the
///   host's own hand, with the event in its provider's form; nobody is mailed.
/// - `POST /sandbox/responses` `{provider, account, calendar?, id, guest, response}`: a guest answers.
/// - `GET`, `DELETE /sandbox/calls`: the ledger of calls, each with number, time, provider, method, path,
///   query, account, status, fault and how many were under way.
/// - `GET`, `DELETE /sandbox/mails`: what guests were sent: kind, to, event, summary, start, end, comment.
/// - `GET /sandbox/notices`: notifications of channels and subscriptions, and how they were answered.
/// - `PATCH /sandbox/settings` `{latencyMilliseconds?, conferenceDelaySeconds?, conferenceFails?,
///   googleCallsPerMinute?, duplicateTransaction?: created | conflict | badRequest,
///   notifications?: sent | doubled | dropped, oldRefreshTokens?: accepted | refused}`. Latency delays
///   answers; the work is done at once all the same.
/// - `POST /sandbox/clock` `{now?}` or `{advanceSeconds?}`.
/// - `POST /sandbox/sync/expire`: sync tokens, page tokens and delta links are forgotten: 410 from now on.
/// - `POST /sandbox/lifecycle` `{account, event: reauthorizationRequired | subscriptionRemoved | missed}`:
///   what Graph tells lifecycle endpoints.
/// - `POST`, `GET`, `DELETE /sandbox/faults`: arms a fault, lists those armed, disarms all.
///
/// # Faults
///
/// `{kind, provider?, method?, path?, account?, skip?, times?}` and what the kind wants. In `path` a `*`
/// stands for anything; of the calls that fit, the first `skip` (0) pass and the next `times` (1; 0 is all
/// of them) meet the fault.
///
/// - `throttled` `{form, retryAfterSeconds?}`: 403 or 429 of Google, 423, 429, 503, 504 or 509 of Graph; the
///   forms are named after the error's code.
/// - `serverError` `{status?, retryAfterSeconds?, afterCommit?}`: a 5xx (503), before or after the work.
/// - `cut` `{afterCommit?}`: the connection's end instead of an answer.
/// - `truncated` `{bytes?}`: a body that breaks off; the work was done.
/// - `slow` `{milliseconds, commits?: first | last}`: a late answer, the work done at once or only then.
/// - `unauthorized`: 401, as if the access token were no good; of a token endpoint `invalid_grant`.
/// - `answer` `{status, body?, headers?, afterCommit?}`: any answer at all.
/// - `itemError` `{item, reason}`: an error for one calendar or address inside a 200 of free/busy.
/// - `phantomDeletion` `{event}`: one page of changes that names an event deleted which is not.
package final class Sandbox: Service {
  package struct Options: Sendable {
    /// 0 leaves the choice to the system.
    package var port: UInt16 = 0
    /// Of ids and tokens: the same calls in the same order make the same ones.
    package var seed: UInt64 = 1

    package init() {}
  }

  private let server: HTTPServer

  package init(
    _ options: Options = Options(), zones: ZoneDatabase, log: Log,
    time: any TimeSource = SystemTime()
  ) {
    let front = Front(world: World(seed: options.seed, zones: zones, now: time.now()), time: time)
    var configuration = HTTPServer.Configuration()
    configuration.port = options.port
    server = HTTPServer(
      configuration: configuration, handler: { front.receive($0, $1) }, log: log, time: time)
  }

  /// `http://127.0.0.1:8081`, without a slash at its end; nil unless running.
  package var baseURL: String? {
    server.boundPort.map { "http://\(server.configuration.address):\($0)" }
  }

  package func start() throws { try server.start() }
  package func stop(by deadline: MonotonicInstant) { server.stop(by: deadline) }
}
