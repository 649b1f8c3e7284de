import Calendars
import Core
import Foundation
import Testing

struct CalDAVDiscoveryTests {
  @Test(
    "from the server's, the principal's, the home's or the calendar's URL",
    arguments: [
      "", "/", "/alex", "/alex/", "/.well-known/caldav",
    ])
  func finds(_ path: String) throws {
    let account = try CalDAVAccount()
    let calendar = try account.calendar()
    let found = try account.provider(url: account.server.url + path).calendars()
    let mine = try #require(found.first { $0.remoteID == calendar.remoteID })
    #expect(mine.name == calendar.name)
    #expect(mine.isWritable)
    #expect(mine.timeZone == "UTC")
  }

  @Test func aCalendarsOwnURL() throws {
    let account = try CalDAVAccount()
    let calendar = try account.calendar()
    let found = try account.provider(url: calendar.remoteID).calendars()
    #expect(found.map(\.remoteID) == [calendar.remoteID])
  }

  @Test func readsTheCalendarsZone() throws {
    let account = try CalDAVAccount()
    let zone = """
      BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//a//b//EN\r\nBEGIN:VTIMEZONE\r
      TZID:Asia/Kolkata\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r
      TZOFFSETFROM:+0530\r\nTZOFFSETTO:+0530\r\nEND:STANDARD\r\nEND:VTIMEZONE\r
      END:VCALENDAR\r\n
      """
    let calendar = try account.calendar(properties: ["C:calendar-timezone": zone])
    let found = try account.provider().calendars()
    #expect(found.first { $0.remoteID == calendar.remoteID }?.timeZone == "Asia/Kolkata")
  }

  @Test func leavesOutWhatHoldsNoEvents() throws {
    let account = try CalDAVAccount()
    let tasks = try account.calendar(
      properties: ["C:supported-calendar-component-set": "VTODO"])
    let contacts = try account.calendar(properties: ["tag": "VADDRESSBOOK"])
    let events = try account.calendar()
    let found = try account.provider().calendars().map(\.remoteID)
    #expect(found.contains(events.remoteID))
    #expect(!found.contains(tasks.remoteID))
    #expect(!found.contains(contacts.remoteID))
  }

  @Test func aWrongPasswordIsTheOwnersToMend() throws {
    let account = try CalDAVAccount()
    let provider = try account.provider(password: "wrong-password")
    let error = failure { try provider.calendars() }
    #expect(error?.kind == .needsOwner)
    #expect(error.map { !"\($0)".contains("wrong-password") } == true)
  }

  @Test(arguments: ["ftp://example.com/", "example.com", "", "https://alex:secret@example.com/"])
  func aURLThatIsNone(_ url: String) throws {
    let error = failure { try CalDAVProvider.sample(url: url) }
    #expect(error?.kind == .permanent)
    #expect(error?.message.hasPrefix("url:") == true)
    #expect(error?.message.contains("secret") == false)
  }

  @Test func aNameThatCannotBeSent() throws {
    let error = failure {
      try CalDAVProvider.sample(url: "https://example.com/", username: "a:b")
    }
    #expect(error?.message.hasPrefix("username:") == true)
  }
}

func failure<Result>(_ body: () throws -> Result) -> ProviderError? {
  do {
    _ = try body()
    return nil
  } catch { return error as? ProviderError }
}
