import Foundation
import GRDB
import Testing
import TodoStorageTesting

@testable import TodoStorage

@Suite("StoreCopy: files") struct CopyTests {
  private let temporary: TemporaryStore
  private var path: String { temporary.store.location }
  private var other: String { temporary.folder.appending(path: "other.sqlite").path }

  init() throws { temporary = try TemporaryStore() }

  private func refusal(of body: () throws -> Void) -> String {
    (#expect(throws: BackupError.self) { try body() })?.description ?? ""
  }

  private func change(by script: String) async throws {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    try await queue.write { try $0.execute(sql: script) }
    try queue.close()
  }

  @Test("everything that is stored is in the copy, and goes on counting where it was")
  func everything() async throws {
    let expected = try await CopiedLists.fill(temporary.store)
    try temporary.store.close()
    let copy = try StoreCopy.make(from: .file(path), to: .file(other))
    #expect(copy.contents.description == "3 lists with 5 todos" && copy.digest.count == 16)
    let store = try SQLiteStore(path: other, now: { Date(timeIntervalSince1970: 1_000_000) })
    try await expected.check(store)
    try store.close()
  }

  @Test("a database with lists in it is not written to, nor one to itself, and a file that is not there is not read")
  func refusals() async throws {
    let full = try TemporaryStore()
    for store in [temporary.store, full.store] { _ = try await store.add(["Milk"], to: ListName("a")) }
    for store in [temporary.store, full.store] { try store.close() }
    let (target, missing) = (full.store.location, temporary.folder.appending(path: "missing").path)
    let before = try Data(contentsOf: URL(filePath: target))
    #expect(
      refusal { _ = try StoreCopy.make(from: .file(path), to: .file(target)) }
        == "\(target) has lists in it already: name an empty database, or one to be made")
    #expect(try Data(contentsOf: URL(filePath: target)) == before)
    #expect(
      refusal { _ = try StoreCopy.make(from: .file(path), to: .file(path)) } == "\(path) cannot be copied to itself")
    #expect(
      refusal { _ = try StoreCopy.make(from: .file(missing), to: .file(other)) } == "there is no database \(missing)")
    #expect(!FileManager.default.fileExists(atPath: other) && !FileManager.default.fileExists(atPath: missing))
  }

  @Test("a file of another version, or of other things, is not read")
  func otherVersions() async throws {
    try temporary.store.close()
    for (script, reason) in [
      ("DELETE FROM grdb_migrations WHERE identifier LIKE '6:%'", "an older version of this program has written it"),
      ("INSERT INTO grdb_migrations VALUES ('99: tomorrow')", "a newer version of this program has written it"),
      ("DROP TABLE todos; DROP TABLE lists; DELETE FROM grdb_migrations", "it is no database of todo lists"),
    ] {
      try await change(by: script)
      let text = refusal { _ = try StoreCopy.make(from: .file(path), to: .file(other)) }
      #expect(text.hasPrefix("cannot read \(path): \(reason)"), "\(text)")
    }
  }

  @Test("what fails half way leaves nothing behind")
  func failure() async throws {
    for number in 0..<3 { _ = try await temporary.store.add(["Milk"], to: ListName("a-\(number)")) }
    try temporary.store.close()
    try await change(by: "UPDATE todos SET list = 99 WHERE id = 3")
    let text = refusal { _ = try StoreCopy.make(from: .file(path), to: .file(other)) }
    #expect(text == "cannot write \(other): FOREIGN KEY constraint failed")
    let left = try FileManager.default.contentsOfDirectory(atPath: temporary.folder.path)
    #expect(left.filter { $0.hasPrefix("other") }.isEmpty, "\(left)")
  }
}
