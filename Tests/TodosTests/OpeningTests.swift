import Foundation
import GRDB
import Testing
import TodoStorageTesting

@testable import TodoStorage

@Suite("SQLiteStore: opening files") final class OpeningTests: Sendable {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "todos-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func path(_ name: String) -> String { folder.appending(path: name).path }

  private func expectRefusal(_ path: String, reason: String) {
    let error = #expect(throws: TodosError.self) { _ = try SQLiteStore(path: path) }
    let text = error?.description ?? ""
    #expect(text.hasPrefix("cannot open the database \(path): ") && text.contains(reason))
    #expect(!text.contains("\n"))
  }

  @Test("nobody but its owner can read a file that the store has made, nor its log")
  func modes() async throws {
    let store = try SQLiteStore(path: path("todos.sqlite"))
    _ = try await store.add(["Milk"], to: ListName("a"))
    for suffix in ["", "-wal", "-shm"] {
      let attributes = try FileManager.default.attributesOfItem(atPath: path("todos.sqlite" + suffix))
      #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600, "\(suffix)")
    }
    try store.close()
  }

  @Test("what was committed is there when the file is opened again")
  func reopening() async throws {
    let name = try ListName("a")
    let first = try SQLiteStore(path: path("todos.sqlite"))
    _ = try await first.add(["Milk"], to: name)
    try first.close()
    let second = try SQLiteStore(path: path("todos.sqlite"))
    #expect(try await second.titles(name) == ["Milk"])
    #expect(try await second.list(name).revision == 1)
    try second.close()
  }

  @Test("a store that is closed leaves one file with all in it, whoever has read from it")
  func closing() async throws {
    let name = try ListName("a")
    let store = try SQLiteStore(path: path("todos.sqlite"))
    _ = try await store.add(["Milk"], to: name)
    #expect(try await store.titles(name) == ["Milk"])
    _ = try await store.state(of: name)
    try store.close()
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["todos.sqlite"])
  }

  @Test("a store is closed in order while another program reads the file")
  func closingBesideReader() async throws {
    let store = try SQLiteStore(path: path("todos.sqlite"))
    _ = try await store.add(["Milk"], to: ListName("a"))
    let other = try DatabaseQueue(path: path("todos.sqlite"))
    try await other.read { db in
      #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM todos") == 1)
      try store.close()
    }
  }

  @Test("the file is in WAL mode, flushes every commit and holds to foreign keys")
  func pragmas() async throws {
    let store = try SQLiteStore(path: path("todos.sqlite"))
    let modes = try await store.commits.commit { db in
      try ["journal_mode", "synchronous", "foreign_keys"].map { try String.fetchOne(db, sql: "PRAGMA \($0)") }
    }
    #expect(modes == ["wal", "2", "1"])
    try store.close()
  }

  @Test("a file of the first schema is brought up to date with what it holds, and knows repeated commands then")
  func migrating() async throws {
    let queue = try DatabaseQueue(path: path("old.sqlite"))
    try Migrations.migrator.migrate(queue, upTo: "1: lists, todos and deletions")
    try await queue.write { db in
      try db.execute(
        sql: """
          UPDATE changes SET revision = 7;
          INSERT INTO lists (name, title, revision) VALUES ('old', 'Old', 7);
          INSERT INTO todos (list, title, completed, position) VALUES (1, 'Milk', 1, 5), (1, 'Tea', 0, 2);
          """)
    }
    try queue.close()
    let store = try SQLiteStore(path: path("old.sqlite"))
    #expect(try await store.titles(ListName("old")) == ["Tea", "x Milk"])
    let key = try CommandKey("key")
    for _ in 0..<2 {
      let change = try await store.add(Title("Eggs"), to: ListName("old"), key: key)
      #expect(change.revision == 8 && change.added == 3)
    }
    #expect(try await store.titles(ListName("old")) == ["Tea", "x Milk", "Eggs"])
    let bytes = try await store.commits.commit { try Int.fetchOne($0, sql: "SELECT title_bytes FROM lists") }
    #expect(bytes == 11)
    try store.close()
  }

  @Test("a file without counts is counted once, also what is deleted in it")
  func countingOldFile() async throws {
    let queue = try DatabaseQueue(path: path("old.sqlite"))
    try Migrations.migrator.migrate(queue, upTo: "3: sizes of deletions")
    try await queue.write { db in
      try db.execute(
        sql: """
          UPDATE changes SET revision = 9;
          INSERT INTO deletions (id, list, time, size) VALUES (1, 1, 1000000, 2), (2, 3, 1000000, 3);
          INSERT INTO lists (id, name, title, revision, deletion) VALUES
            (1, 'a', 'A', 7, NULL), (2, 'b', 'B', 8, NULL), (3, 'c', 'C', 9, 2);
          INSERT INTO todos (list, title, completed, position, deletion) VALUES
            (1, '1', 1, 1, NULL), (1, '2', 0, 2, NULL), (1, '3', 0, 3, NULL), (1, '4', 1, 4, 1), (1, '5', 0, 5, 1),
            (3, '6', 1, 1, NULL), (3, '7', 1, 2, NULL), (3, '8', 0, 3, NULL);
          """)
    }
    try queue.close()
    let store = try SQLiteStore(path: path("old.sqlite")) { Date(timeIntervalSince1970: 1_000_000) }
    #expect(try await store.wrongCounts() == [])
    let index = try await store.lists()
    #expect(index.lists.map(\.openCount) == [2, 0] && index.lists.map(\.completedCount) == [1, 0])
    _ = try await store.undo(1)
    _ = try await store.undo(2)
    #expect(try await store.wrongCounts() == [])
    #expect(try await store.lists().lists.map(\.openCount) == [3, 0, 1])
    #expect(try await store.titles(ListName("a")) == ["x 1", "2", "3", "x 4", "5"])
    #expect(try await store.titles(ListName("c")) == ["x 6", "x 7", "8"])
    try store.close()
  }

  @Test("a key of a file that did not say what keys belong to is known by itself")
  func keysOfOldFile() async throws {
    let queue = try DatabaseQueue(path: path("old.sqlite"))
    try Migrations.migrator.migrate(queue, upTo: "4: counts")
    try await queue.write { db in
      try db.execute(sql: "INSERT INTO commands (key, time, list, revision, added) VALUES ('key', 1000000, 'a', 3, 7)")
    }
    try queue.close()
    let store = try SQLiteStore(path: path("old.sqlite")) { Date(timeIntervalSince1970: 1_000_000) }
    let change = try await store.add(Title("Milk"), to: ListName("a"), key: CommandKey("key", of: 5))
    #expect(!change.didChange && change.added == 7)
    try store.close()
  }

  @Test("a file that a newer version has written is refused")
  func newer() throws {
    let queue = try DatabaseQueue(path: path("new.sqlite"))
    var migrator = Migrations.migrator
    migrator.registerMigration("999: the future") { _ in }
    try migrator.migrate(queue)
    try queue.close()
    expectRefusal(path("new.sqlite"), reason: "a newer version of this program has written it")
  }

  @Test("a folder that is missing is named")
  func missingFolder() {
    expectRefusal(path("missing/todos.sqlite"), reason: "unable to open database file")
  }

  @Test("a file that is no database is named")
  func noDatabase() throws {
    try Data(String(repeating: "not a database ", count: 100).utf8).write(to: folder.appending(path: "text"))
    expectRefusal(path("text"), reason: "file is not a database")
  }

  /// Leaves a store of 2,000 todos behind of which the last page is damaged.
  private func makeDamagedFile() async throws {
    let store = try SQLiteStore(path: path("todos.sqlite"))
    _ = try await store.add((0..<2_000).map { NewTodo(try Title("todo \($0)")) }, to: ListName("a"))
    try store.close()
    let file = try FileHandle(forWritingTo: folder.appending(path: "todos.sqlite"))
    try file.seek(toOffset: file.seekToEnd() - 4_096)
    try file.write(contentsOf: Data(repeating: 0xA5, count: 4_096))
    try file.close()
  }

  @Test("a file whose pages are damaged is refused, wherever they are")
  func damaged() async throws {
    try await makeDamagedFile()
    expectRefusal(path("todos.sqlite"), reason: "it is damaged: ")
  }

  @Test("a file is checked while another process holds the lock for writing")
  func checkedBesideWriter() async throws {
    try await makeDamagedFile()
    let other = try DatabaseQueue(path: path("todos.sqlite"))
    try await other.writeWithoutTransaction { db in
      try db.execute(sql: "UPDATE changes SET revision = revision + 1")
      try db.inTransaction(.immediate) {
        // Not that the database is locked, which is what a check within a write would say.
        expectRefusal(path("todos.sqlite"), reason: "it is damaged: ")
        return .commit
      }
    }
    try other.close()
  }

  @Test("a folder in the file's place is named")
  func isFolder() {
    expectRefusal(folder.path, reason: "unable to open database file")
  }
}
