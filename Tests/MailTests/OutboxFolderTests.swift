import Foundation
import Testing

@testable import Mail

struct OutboxFolderTests {
  private static func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "bookend-outbox-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  private static func files(_ folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test func aMessageBecomesAFileForItsOwnersEyes() throws {
    try Self.withFolder { folder in
      let message = try MailFixture.message(try MailFixture.notice(.confirmed), method: .request)
      _ = try OutboxFolder(path: folder.path).send(message)
      let name = "bk1.0.REQUEST.c0ffee@book.example.com.eml"
      #expect(try Self.files(folder) == [name])
      let file = folder.appending(path: name)
      #expect(try Data(contentsOf: file) == Data(message.bytes))
      let mode = { (url: URL) in
        try FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions] as? Int
      }
      #expect(try mode(file) == 0o600)
      #expect(try mode(folder) == 0o700)
    }
  }

  @Test func aRepeatIsTheSameFileAndAnotherMessageAnother() throws {
    try Self.withFolder { folder in
      let outbox = OutboxFolder(path: folder.path)
      let message = try MailFixture.message(try MailFixture.notice(.confirmed), method: .request)
      for _ in 0..<3 { _ = try outbox.send(message) }
      #expect(try Self.files(folder).count == 1)
      var other = message
      other.id = try MessageID("bk1.1.REQUEST.c0ffee@book.example.com")
      _ = try outbox.send(other)
      #expect(try Self.files(folder).count == 2)
    }
  }

  @Test func severalAtOnceLeaveOneWholeFile() throws {
    try Self.withFolder { folder in
      let outbox = OutboxFolder(path: folder.path)
      let message = try MailFixture.message(try MailFixture.notice(.confirmed), method: .request)
      DispatchQueue.concurrentPerform(iterations: 8) { _ in _ = try? outbox.send(message) }
      let names = try Self.files(folder)
      #expect(names.count == 1)
      #expect(
        try Data(contentsOf: folder.appending(path: names[0])) == Data(message.bytes))
    }
  }

  @Test func aPlaceThatIsNoFolderIsATransientError() throws {
    try Self.withFolder { folder in
      try Data("x".utf8).write(to: folder)
      let message = try MailFixture.message(try MailFixture.notice(.confirmed), method: nil)
      #expect(throws: MailError.transient(reason: "outbox folder: Not a directory")) {
        _ = try OutboxFolder(path: folder.path).send(message)
      }
      #expect(throws: MailError.transient(reason: "outbox folder: No such file or directory")) {
        try OutboxFolder(path: folder.path + "-missing/deeper").send(message)
      }
    }
  }

  @Test func nothingIsLeftWhereTheFileCannotTakeItsPlace() throws {
    try Self.withFolder { folder in
      let message = try MailFixture.message(try MailFixture.notice(.confirmed), method: nil)
      let taken = folder.appending(path: "\(message.id.fileName).eml/x")
      try FileManager.default.createDirectory(at: taken, withIntermediateDirectories: true)
      #expect(throws: MailError.self) { try OutboxFolder(path: folder.path).send(message) }
      #expect(try Self.files(folder).count == 1)
    }
  }

  @Test func aFullDiskIsTransient() {
    #expect(
      OutboxFolder.failure(ENOSPC) == .transient(reason: "outbox folder: No space left on device"))
  }
}
