import Foundation
import TestSupport
import Testing

@testable import Web

/// Writes every kind of page into the folder that `BOOKEND_PAGES` names, to be looked at; without
/// it, sees that each is a whole document.
@Suite struct PageDumpTests {
  @Test func drawsEveryPage() throws {
    let world = try GuestWorld(
      .example { $0.durationsMinutes = [30, 60] }, .example("once", kind: .singleUse),
      .example("paused", state: .paused))
    let london = "timeZone=Europe/London"
    try draw("link", world.page("/b/intro?\(london)"))
    try draw("form", world.page("/b/intro?timeZone=Asia/Tokyo&start=2026-03-02T18:00:00Z"))
    try draw("none", world.page("/b/intro?\(london)&from=2026-03-07&durationMinutes=60"))
    try draw("paused", world.page("/b/paused"))
    try draw("missing", world.page("/b/never"))
    let booking = try world.book()
    try draw("pending", world.page(booking.path))
    world.ledger.settle(booking.id, .confirmed)
    try draw("confirmed", world.page(booking.path))
    try draw("reschedule", world.page("\(booking.path)?reschedule=1"))
    try draw("move", world.page("\(booking.path)?move=2026-03-03T18:30:00Z"))
    try draw("cancel", world.page("\(booking.path)?cancel=1"))
    try draw(
      "taken",
      world.postForm(
        "/b/intro/bookings",
        [
          "start": "2026-03-02T18:00:00Z", "timeZone": "Europe/London", "name": "Ana",
          "email": "ana@example.com", "notes": "Hello",
        ]))
    try draw(
      "faults",
      world.postForm(
        "/b/intro/bookings",
        ["start": "2026-03-02T19:00:00Z", "timeZone": "Europe/London", "email": "ana"]))
    _ = try world.book(slug: "once", zone: "Asia/Tokyo")
    try draw("spent", world.page("/b/once"))
    world.ledger.state.withLock { $0.isUnreadable = true }
    try draw("unreadable", world.page("/b/intro?\(london)"))
  }

  private func draw(_ name: String, _ page: HTTPTestResponse) throws {
    #expect(page.text.hasSuffix("</html>\n"), "\(name)")
    guard let folder = ProcessInfo.processInfo.environment["BOOKEND_PAGES"] else { return }
    let text = page.text.replacingOccurrences(of: "/assets/bookend.css", with: "bookend.css")
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name).html"))
    try Data(stylesheetText.utf8).write(to: URL(fileURLWithPath: "\(folder)/bookend.css"))
  }
}
