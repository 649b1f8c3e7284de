import Core
import Foundation
import HTTPClient
import Mail
import Workers

extension Configuration.Mail {
  /// Loopback: nobody else hears what is said.
  var isOnThisMachine: Bool {
    smtpHost == "localhost" || smtpHost == "::1" || smtpHost.hasPrefix("127.")
  }

  /// Throws where the address is none that mail can come from.
  func identity() throws(MailError) -> MailIdentity {
    MailIdentity(
      server: try Mailbox(name: "Bookend", email: from, field: "mail.from"), author: author)
  }

  /// How to reach the mail server, its password read. Throws a sentence that names the setting.
  func smtpOptions(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(MailSettingProblem) -> SMTPOptions {
    var options = SMTPOptions(host: smtpHost, port: smtpPort, security: smtpSecurity)
    options.deadline = smtpTimeout
    options.helloName = from.split(separator: "@").last.map(String.init)
    if !smtpUser.isEmpty {
      options.username = smtpUser
      options.password = try password(environment)
    }
    if !smtpCertificateFile.isEmpty {
      guard FileManager.default.isReadableFile(atPath: smtpCertificateFile) else {
        throw MailSettingProblem("mail.smtpCertificateFile: \(smtpCertificateFile) cannot be read")
      }
      options.certificateFile = smtpCertificateFile
    }
    return options
  }

  private func password(
    _ environment: [String: String]
  ) throws(MailSettingProblem) -> Redacted<String> {
    var path = smtpPasswordFile
    if path.isEmpty {
      guard let folder = environment["CREDENTIALS_DIRECTORY"] else {
        throw MailSettingProblem(
          "mail.smtpUser needs mail.smtpPasswordFile, or systemd's credential "
            + Configuration.Mail.credential)
      }
      path = "\(folder)/\(Configuration.Mail.credential)"
    }
    guard let file = FileHandle(forReadingAtPath: path),
      let bytes = try? file.read(upToCount: Configuration.Mail.longestPassword + 1)
    else { throw MailSettingProblem("mail.smtpPasswordFile: \(path) cannot be read") }
    if let mode = try? FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
      as? Int,
      mode & 0o007 != 0
    {
      throw MailSettingProblem("mail.smtpPasswordFile: everybody may use \(path); chmod it to 600")
    }
    // An editor ends a file with a line break; no password does.
    let text = String(decoding: bytes, as: UTF8.self).prefix { !$0.isNewline }
    guard !text.isEmpty, bytes.count <= Configuration.Mail.longestPassword else {
      throw MailSettingProblem("mail.smtpPasswordFile: \(path) holds no password on its first line")
    }
    return Redacted(String(text))
  }

  private static let credential = "smtp-password"
  /// Tokens that stand for passwords have a kilobyte or two.
  private static let longestPassword = 4096
}

/// What is wrong with a setting of mail, in a sentence that names it and holds no secret.
struct MailSettingProblem: Error, Equatable, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
