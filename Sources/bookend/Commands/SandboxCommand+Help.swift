/// The control API in short; its essay stands with the room.
extension SandboxCommand {
  static let controlAPI = CommandLineCommand.Topic(
    title: "Control API: JSON over HTTP, below /sandbox",
    rows: [
      (
        "POST accounts",
        "{provider: google | outlook, email, timeZone?, calendars?}"
      ),
      ("POST service-accounts", "{email, publicKeyPem?, delegated?}"),
      ("POST clients", "{provider, id, secret?, redirectUris?}"),
      ("POST consent", "{provider, account?, denied?, scopes?}: how consent pages are answered"),
      ("POST tokens", "{provider, account, scopes?, expiresInSeconds?, appOnly?}"),
      ("POST tokens/revoke", "{provider, account, what?: access | all}"),
      ("POST, DELETE calendars", "{provider, account, name or calendar, id?, timeZone?, access?}"),
      ("GET events", "?provider&account&calendar: everything, deleted events too"),
      (
        "POST, PATCH, DELETE events",
        "{provider, account, id?, event?, moveTo?}: the host's own hand"
      ),
      ("POST responses", "{provider, account, id, guest, response}"),
      ("GET, DELETE calls", "The ledger of calls"),
      ("GET, DELETE mails", "What guests were sent"),
      ("GET notices", "Notifications and how they were answered"),
      ("PATCH settings", "{latencyMilliseconds?, conferenceDelaySeconds?, conferenceFails?, ...}"),
      ("POST clock", "{now} or {advanceSeconds}"),
      ("POST sync/expire", "Sync tokens and delta links are answered 410 from now on"),
      ("POST lifecycle", "{account, event}: what Graph tells lifecycle endpoints"),
      ("POST reset", "Forgets everything"),
    ])

  static let faults = CommandLineCommand.Topic(
    title: "POST faults {kind, provider?, method?, path?, account?, skip?, times?} and, by kind",
    rows: [
      ("throttled", "{form, retryAfterSeconds?}; a wrong form is answered with those there are"),
      ("serverError", "{status?, retryAfterSeconds?, afterCommit?}"),
      ("cut", "{afterCommit?}: the connection's end instead of an answer"),
      ("truncated", "{bytes?}: a body that breaks off"),
      ("slow", "{milliseconds, commits?: first | last}"),
      ("unauthorized", "401; of a token endpoint invalid_grant"),
      ("answer", "{status, body?, headers?, afterCommit?}: any answer at all"),
      ("itemError", "{item, reason}: for one calendar or address of free/busy"),
      ("phantomDeletion", "{event}: named deleted once though it is not"),
    ])
}
