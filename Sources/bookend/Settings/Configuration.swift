import Core
import HTTPClient
import Web
import Workers

/// Every setting of the server with its default. `config/default.json5` says the same in prose; a
/// test holds the two together.
struct Configuration: Equatable, Sendable {
  var server = Server()
  var data = DataFolder()
  var database = Database()
  var workers = Workers()
  var lanes = Lanes()
  var availability = Availability()
  var following = Following()
  var network = Network()
  var providers = Providers()
  var secrets = Secrets()
  var limits = Limits()
  var mail = Mail()
  var jobs = Jobs()
  var idempotency = Idempotency()
  var time = Time()
  var log = Logging()

  struct Server: Equatable, Sendable {
    var address = "127.0.0.1"
    /// 0 lets the system choose.
    var port = 8080
    /// Nil follows address and port.
    var givenPublicUrl: String?
    var threads = 4
    var maximumConnections = 4096
    var maximumBodyBytes = 65_536
    var maximumHeaderBytes = 16_384
    var idleTimeout = Duration.seconds(60)
    var requestTimeout = Duration.seconds(90)
    var drain = Duration.seconds(20)
    var eventHeartbeat = Duration.seconds(15)
    var trustedProxies = [IPNetwork("127.0.0.0/8"), IPNetwork("::1")].compactMap { $0 }
  }

  struct DataFolder: Equatable, Sendable {
    var directory = "var"
  }

  struct Database: Equatable, Sendable {
    var busyTimeout = Duration.seconds(5)
    var mailboxUnits = 4096
    var batchUnits = 256
    var checkpointPages = 4000
    var readers = 4
    var synchronous = Synchronous.full

    /// No less than an fsync per commit: what is answered has to be on the disk.
    enum Synchronous: String, CaseIterable, Sendable {
      case full, extra
    }
  }

  struct Workers: Equatable, Sendable {
    var count = 16
    var shutdown = Duration.seconds(15)
  }

  struct Lanes: Equatable, Sendable {
    var caldavConcurrency = 4
    var caldavPerSecond = 20.0
    var googleConcurrency = 8
    var googlePerSecond = 8.0
    var outlookConcurrency = 3
    var outlookPerSecond = 10.0
    var mailConcurrency = 4
    var mailPerSecond = 50.0
    var failuresToOpen = 5
    var open = Duration.seconds(5)
    var longestOpen = Duration.seconds(300)
  }

  struct Availability: Equatable, Sendable {
    var busyCache = Duration.seconds(60)
    var busyDeadline = Duration.seconds(1.5)
    var stale = Duration.seconds(300)
  }

  /// How what hosts do by hand in their calendars is noticed.
  struct Following: Equatable, Sendable {
    var grace = Duration.seconds(60)
    var caldavPoll = Duration.seconds(90)
    var googlePoll = Duration.seconds(900)
    var outlookPoll = Duration.seconds(900)
  }

  struct Network: Equatable, Sendable {
    /// It may hold a password.
    var proxy: Redacted<String>?

    static func == (a: Network, b: Network) -> Bool { a.proxy?.reveal() == b.proxy?.reveal() }
  }

  /// Calendar providers: where they are, and as whom this installation comes to them.
  struct Providers: Equatable, Sendable {
    var google = Google()
    var outlook = Outlook()
    var caldav = CalDAV()

    struct Google: Equatable, Sendable {
      var apiBaseUrl = "https://www.googleapis.com/calendar/v3"
      var authorizeUrl = "https://accounts.google.com/o/oauth2/v2/auth"
      var tokenUrl = "https://oauth2.googleapis.com/token"
      var revokeUrl = "https://oauth2.googleapis.com/revoke"
      /// Empty: no account can be connected in the browser.
      var clientId = ""
      var clientSecretFile = ""
    }

    struct Outlook: Equatable, Sendable {
      var apiBaseUrl = "https://graph.microsoft.com/v1.0"
      /// `{tenant}` in these stands for `tenant`.
      var authorizeUrl = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize"
      var tokenUrl = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"
      var tenant = "common"
      var clientId = ""
      var clientSecretFile = ""
    }

    struct CalDAV: Equatable, Sendable {
      var allowPrivateAddresses = false
    }
  }

  struct Secrets: Equatable, Sendable {
    /// Empty: `keys/seal` in the data folder.
    var keyFile = ""
  }

  /// Each for an hour.
  struct Limits: Equatable, Sendable {
    var perAddressAndLink = 60
    var perEmail = 20
    var perLink = 600
  }

  struct Mail: Equatable, Sendable {
    enum Transport: String, CaseIterable, Sendable {
      case outbox, smtp
    }

    var transport = Transport.outbox
    var from = "bookings@localhost"
    var author = MailIdentity.Author.host
    /// Empty as long as nobody has said which server.
    var smtpHost = ""
    var smtpPort = 587
    var smtpSecurity = SMTPOptions.Security.startTLS
    /// Empty for a server that asks for no name.
    var smtpUser = ""
    /// Empty looks for the credential that systemd hands over.
    var smtpPasswordFile = ""
    /// Empty trusts the system's authorities.
    var smtpCertificateFile = ""
    var smtpTimeout = Duration.seconds(45)
  }

  struct Jobs: Equatable, Sendable {
    var directory = "jobs"
  }

  struct Idempotency: Equatable, Sendable {
    var keep = Duration.hours(24)
  }

  struct Time: Equatable, Sendable {
    var zoneinfoDirectory = "/usr/share/zoneinfo"
    /// What the wall clock shows at the start; nil is the machine's own.
    var wallClock: Timestamp?
  }

  struct Logging: Equatable, Sendable {
    var level = LogRecord.Level.info
  }
}

extension Configuration.Server {
  /// Where guests reach this server: the beginning of every link, without a slash at its end.
  var publicUrl: String { publicUrl(boundPort: port) }

  /// The same once the system has chosen a port.
  func publicUrl(boundPort: Int) -> String {
    if let givenPublicUrl { return givenPublicUrl }
    // Nobody can open the wildcard address; who listens on it is reached on loopback too.
    switch address {
    case "0.0.0.0": return "http://127.0.0.1:\(boundPort)"
    case "::": return "http://[::1]:\(boundPort)"
    case let address where address.contains(":"): return "http://[\(address)]:\(boundPort)"
    default: return "http://\(address):\(boundPort)"
    }
  }
}
