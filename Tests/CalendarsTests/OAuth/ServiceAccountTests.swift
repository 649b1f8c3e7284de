import Bookings
import Core
import HTTPServer
import TestSupport
import Testing

@testable import Calendars

@Suite struct ServiceAccountTests {
  private let time = HandTurnedTime()

  private func keyFile(_ change: (inout [String: JSON]) -> Void = { _ in }) -> JSON {
    var members: [String: JSON] = [
      "type": "service_account", "client_email": "bot@project.example", "private_key_id": "k1",
      "private_key": .string(exampleKey), "token_uri": "http://169.254.169.254/steal",
    ]
    change(&members)
    return .object(JSONObject(members.map { ($0.key, $0.value) }))
  }

  @Test func actsForAPersonWithASignedAssertion() throws {
    let server = try RawHTTPServer { _ in
      [.answer(200, #"{"access_token":"a","expires_in":3600,"token_type":"Bearer"}"#)]
    }
    defer { server.stop() }
    let account = try #require(ServiceAccount(keyFile: keyFile(), subject: "ada@example.com"))
    #expect(account.name == "ada@example.com")
    let client = OAuthClient.testing(.google, server, time)
    let renewed = try client.renew(AccountCredential(source: .serviceAccount(account)))
    #expect(renewed.access?.token.reveal() == "a")

    let items = formItems(Array(try #require(server.requests.first).body.utf8)) ?? []
    let form = Dictionary(uniqueKeysWithValues: items.map { ($0.name, $0.value) })
    #expect(form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer")
    #expect(form["client_secret"] == nil)
    let parts = try #require(form["assertion"]).split(separator: ".")
    #expect(parts.count == 3)
    let header = try JSON.parse(try #require(bytes(ofBase64url: parts[0])))
    #expect(header == ["alg": "RS256", "typ": "JWT", "kid": "k1"])
    let claims = try JSON.parse(try #require(bytes(ofBase64url: parts[1])))
    #expect(claims["iss"] == "bot@project.example")
    #expect(claims["sub"] == "ada@example.com")
    // Ours, not what the key file says.
    #expect(claims["aud"] == .string("\(server.url)/{tenant}/token"))
    #expect(claims["iat"] == .integer(1_780_000_000))
    #expect(claims["exp"] == .integer(1_780_003_600))
    #expect(claims["scope"]?.string?.split(separator: " ").count == 3)

    // Sealed and opened it still signs.
    let again = try #require(
      AccountCredential(json: AccountCredential(source: .serviceAccount(account)).json))
    _ = try client.renew(again)
    #expect(server.requests.count == 2)
  }

  @Test func whatIsNoKeyFile() {
    let broken: [(inout [String: JSON]) -> Void] = [
      { $0["type"] = "authorized_user" }, { $0["client_email"] = nil },
      { $0["private_key_id"] = nil }, { $0["private_key"] = "-----BEGIN PRIVATE KEY-----" },
      { $0["private_key"] = nil },
    ]
    for change in broken {
      #expect(ServiceAccount(keyFile: keyFile(change), subject: nil) == nil)
    }
    #expect(ServiceAccount(keyFile: .null, subject: nil) == nil)
  }

  @Test func doesNotPrint() throws {
    let account = try #require(ServiceAccount(keyFile: keyFile(), subject: nil))
    var text = ""
    dump(account, to: &text)
    #expect(!text.contains("MII"))
    #expect(account.name == "bot@project.example")
  }
}

/// The key of RFC 7515 appendix A.2.
private let exampleKey = """
  -----BEGIN RSA PRIVATE KEY-----
  MIIEowIBAAKCAQEAofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd/wWJcyQoTbji9k0
  l8W26mPddxHmfHQp+Vaw+4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL+yRT+SFd2lZS+pC
  gNMsD1W/YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb/7OMg0LOL+bSf63kpaSHSX
  ndS5z5rexMdbBYUsLA9e+KXBdQOS+UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uD
  Zlxvb3qCo5ZwKh9kG4LT6/I5IhlJH7aGhyxXFvUK+DWNmoudF8NAco9/h9iaGNj8
  q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQIDAQABAoIBABKucaRpzQorw35S
  bEUAVx8dYXUdZOlJcHtiWQ+dC6V8ljxAHj/PLyzTveyI5QO/xkObCyjIL303l2cf
  UhPu2MFaJdjVzqACXuOrLot/eSFvxjvqVidTtAZExqFRJ9mylUVAoLvhowVWmC1O
  n95fZCXxTUtxNEG1Xcc7m0rtzJKs45J+N/V9DP1edYH6USyPSWGp6wuA+KgHRnKK
  Vf9GRx80JQY7nVNkL17eHoTWEwga+lwi0FEoW9Y7lDtWXYmKBWhUE+U8PGxlJf8f
  40493HDw1WRQ/aSLoS4QTp3rn7gYgeHEvfJdkkf0UMhlknlo53M09EFPdadQ4TlU
  bjqKc50CgYEA4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH/5IB3jw3bcxGn6QLvnE
  tfdUdiYrqBdss1l58BQ3KhooKeQTa9AB0Hw/Py5PJdTJNPY8cQn7ouZ2KKDcmnPG
  BY5t7yLc1QlQ5xHdwW1VhvKn+nXqhJTBgIPgtldC+KDV5z+y2XDwGUcCgYEAuQPE
  fgmVtjL0Uyyx88GZFF1fOunH3+7cepKmtH4pxhtCoHqpWmT8YAmZxaewHgHAjLYs
  p1ZSe7zFYHj7C6ul7TjeLQeZD/YwD66t62wDmpe/HlB+TnBA+njbglfIsRLtXlnD
  zQkv5dTltRJ11BKBBypeeF6689rjcJIDEz9RWdcCgYAHAp9XcCSrn8wVkMVkKdb7
  DOX4IKjzdahm+ctDAJN4O/y7OW5FKebvUjdAIt2GuoTZ71iTG+7F0F+lP88jtjP4
  U4qe7VHoewl4MKOfXZKTe+YCS1XbNvfgwJ3Ltyl1OH9hWvu2yza7q+d5PCsDzqtm
  27kxuvULVeya+TEdAB1ijQKBgQCH/3r6YrVH/uCWGy6bzV1nGNOdjKc9tmkfOJmN
  54dxdixdpozCQ6U4OxZrsj3FcOhHBsqAHvX2uuYjagqvo3cOj1TRqNocX40omfCC
  Mx3bD1yPPf/6TI2XECva/ggqEY2mYzmIiA5LVVmc5nrybr+lssFKneeyxN2Wq93S
  0iJMdQKBgCGHewxzoa1r8ZMD0LETNrToK423K377UCYqXfg5XMclbrjPbEC3YI1Z
  NqMtuhdBJqUnBi6tjKMF+34Xf0CUN8ncuXGO2CAYvO8PdyCixHX52ybaDjy1FtCE
  6yUXjoKNXKvUm7MWGsAYH6f4IegOetN5NvmUMFStCSkh7ixZLkN1
  -----END RSA PRIVATE KEY-----

  """
