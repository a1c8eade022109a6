import Foundation
import GRDB
import Testing
import TodoStorageTesting
import TodoStorage

@Suite("SQLiteStore: faults of the file") struct FaultTests {
  private let temporary: TemporaryStore
  private let groceries: ListName
  private var store: SQLiteStore { temporary.store }
  private var file: URL { temporary.folder.appending(path: "todos.sqlite") }

  init() throws {
    temporary = try TemporaryStore()
    groceries = try ListName("groceries")
  }

  private func edit(_ sql: String) throws {
    try DatabaseQueue(path: file.path).writeWithoutTransaction { db in try db.execute(sql: sql) }
  }

  private func expectUnavailable(
    _ reason: String, _ location: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
  ) async {
    let error = await #expect(throws: TodosError.self, sourceLocation: location) { try await body() }
    let text = error?.description ?? ""
    #expect(text.hasPrefix("the database is not available: "), sourceLocation: location)
    #expect(text.contains(reason) && !text.contains("\n"), sourceLocation: location)
  }

  @Test("a value that no command has stored is said to be damage, by every read and command that meets it")
  func impossibleValues() async throws {
    let ids = try await store.add(["Milk", "Tea"], to: groceries)
    try edit(
      """
      PRAGMA writable_schema = ON;
      UPDATE sqlite_master SET sql = replace(sql, 'NOT NULL', '') WHERE name = 'todos';
      PRAGMA writable_schema = RESET;
      UPDATE todos SET title = NULL, completed = NULL;
      """)
    await expectUnavailable("damaged") { _ = try await store.list(groceries) }
    await expectUnavailable("damaged") { _ = try await store.setCompleted(nil, ids[0], in: groceries) }
    await expectUnavailable("damaged") { _ = try await store.edit(ids[0], in: groceries, title: Title("Eggs")) }
    await expectUnavailable("damaged") { _ = try await store.delete(ids[0], in: groceries) }
    try edit("UPDATE todos SET title = 'Milk', completed = 0; UPDATE lists SET name = 'No name'")
    await expectUnavailable("a name that is none") { _ = try await store.lists() }
  }

  @Test("what is not a command's outcome is said to be damage to who sends the command again")
  func impossibleOutcome() async throws {
    let key = try CommandKey("k")
    let change = try await store.add(Title("Milk"), to: groceries, key: key)
    let damages = [
      ("list = 'No name'", "a name that is none"), ("list = x'FF00'", "a name that is none"),
      ("revision = 'many'", "damaged"),
    ]
    for (damage, reason) in damages {
      try edit("UPDATE commands SET \(damage)")
      await expectUnavailable(reason) { _ = try await store.add(Title("Milk"), to: groceries, key: key) }
      try edit("UPDATE commands SET list = 'groceries', revision = \(change.revision)")
    }
    let again = try await store.add(Title("Milk"), to: groceries, key: key)
    #expect(again.added == change.added && !again.didChange)
    #expect(try await store.titles(groceries) == ["Milk"])
  }

  @Test("what is read from damaged pages is forgotten: the store is right again when they are, without a restart")
  func damagedPages() async throws {
    _ = try await store.add((0..<2_000).map { "todo \($0)" }.map { NewTodo(try Title($0)) }, to: groceries)
    // The pages of the table leave the log and the caches, so that they are read from the file.
    try edit("PRAGMA wal_checkpoint(TRUNCATE)")
    let other = try SQLiteStore(path: file.path)
    let sound = try Data(contentsOf: file)
    try overwrite(Data(repeating: 0xA5, count: sound.count - 4_096), at: 4_096)
    for _ in 0..<2 {
      await expectUnavailable("malformed") { _ = try await other.list(groceries) }
      await expectUnavailable("malformed") { _ = try await other.lists() }
      await expectUnavailable("malformed") { _ = try await other.add(Title("Milk"), to: groceries) }
      await expectUnavailable("malformed") { _ = try await other.state(of: groceries) }
    }
    try overwrite(sound[4_096...], at: 4_096)
    #expect(try await other.list(groceries).todos.count == 2_000)
    #expect(try await other.state(of: groceries)?.revision == 1)
    #expect(try await other.add(Title("Milk"), to: groceries).revision == 2)
    #expect(try await other.lists().lists.map(\.openCount) == [2_001])
    try other.close()
  }

  private func overwrite(_ data: Data, at offset: UInt64) throws {
    let handle = try FileHandle(forWritingTo: file)
    try handle.seek(toOffset: offset)
    try handle.write(contentsOf: data)
    try handle.close()
  }

  @Test("nothing is written to files that have been moved away, until they are back", arguments: ["", "-wal"])
  func movedFiles(suffix: String) async throws {
    _ = try await store.add(["Milk"], to: groceries)
    let (path, elsewhere) = (file.path + suffix, file.path + suffix + ".moved")
    try FileManager.default.moveItem(atPath: path, toPath: elsewhere)
    await expectUnavailable("its file has gone") { _ = try await store.add(["Tea"], to: groceries) }
    try Data("something else".utf8).write(to: URL(filePath: path))
    await expectUnavailable("another file") { _ = try await store.add(["Tea"], to: groceries) }
    if suffix.isEmpty {
      try Data().write(to: URL(filePath: path))
      await expectUnavailable("emptied") { _ = try await store.add(["Tea"], to: groceries) }
    }
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.moveItem(atPath: elsewhere, toPath: path)
    _ = try await store.add(["Tea"], to: groceries)
    #expect(try await store.titles(groceries) == ["Milk", "Tea"])
  }
}
