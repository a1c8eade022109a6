import GRDB
import Testing
import TodoStorageTesting

@testable import TodoStorage

@Suite("Positions: numbers without room") struct PositionTests {
  private let temporary: TemporaryStore
  private let name: ListName
  private var store: SQLiteStore { temporary.store }

  init() throws {
    temporary = try TemporaryStore()
    name = try ListName("a")
  }

  /// Puts a value where a todo's position is, as years of use or a damaged page would.
  private func setPosition(_ position: some DatabaseValueConvertible & Sendable, of id: Todo.ID) async throws {
    try await store.commits.commit { db in
      _ = try db.run("UPDATE todos SET position = ? WHERE id = ?", [position.databaseValue, id])
    }
  }

  private static let last: [DatabaseValue] = [
    Int64.max.databaseValue, (Int64.max - 1).databaseValue, (Int64.max - (1 << 32)).databaseValue,
    ((Int64(1) << 62) + 1).databaseValue, (1e300).databaseValue, "x".databaseValue,
  ]

  @Test("todos are added behind whatever is last, and come back to where they were", arguments: last)
  func adding(position: DatabaseValue) async throws {
    let ids = try await store.add(["1", "2", "3"], to: name)
    let deletion = try #require(try await store.delete(ids[1], in: name).deletion)
    try await setPosition(position, of: ids[2])
    _ = try await store.add(["4", "5"], to: name)
    _ = try await store.add([NewTodo(Title("6")), NewTodo(Title("7"))], to: name)
    #expect(try await store.titles(name) == ["1", "3", "4", "5", "6", "7"])
    _ = try await store.undo(deletion.id)
    #expect(try await store.titles(name) == ["1", "2", "3", "4", "5", "6", "7"])
    _ = try await store.setCompleted(true, ids[2], in: name)
  }

  @Test("a list in which only what was deleted is last takes todos")
  func addingBehindDeleted() async throws {
    let ids = try await store.add(["1", "2"], to: name)
    try await setPosition(Int64.max, of: ids[1])
    _ = try await store.delete(ids[1], in: name)
    _ = try await store.add(["3"], to: name)
    #expect(try await store.titles(name) == ["1", "3"])
  }

  @Test(
    "a todo is moved to the front and behind the last, wherever these stand",
    arguments: [(.min, .max), (.min + 1, .max - 1), (0, .max), (.min, 0)] as [(Int64, Int64)])
  func moving(first: Int64, last: Int64) async throws {
    let ids = try await store.add(["1", "2", "3", "4"], to: name)
    try await setPosition(first, of: ids[0])
    for id in ids[1...] { try await setPosition(last, of: id) }
    _ = try await store.move(ids[1], in: name, after: nil)
    #expect(try await store.titles(name) == ["2", "1", "3", "4"])
    _ = try await store.move(ids[2], in: name, after: ids[3])
    #expect(try await store.titles(name) == ["2", "1", "4", "3"])
    _ = try await store.move(ids[0], in: name, after: ids[3])
    #expect(try await store.titles(name) == ["2", "4", "1", "3"])
  }

  @Test("the todos of a deleted list come back behind those of a newer one, wherever both stand")
  func revivingInto() async throws {
    let old = try await store.add(["1", "2", "3"], to: name)
    try await setPosition(Int64.min, of: old[0])
    try await setPosition(Int64.max, of: old[2])
    let deletion = try #require(try await store.deleteList(name).deletion)
    let new = try await store.add(["4"], to: name)
    try await setPosition(Int64.max, of: new[0])
    _ = try await store.undo(deletion.id)
    _ = try await store.add(["5"], to: name)
    #expect(try await store.titles(name) == ["4", "1", "2", "3", "5"])
  }

  @Test(
    "commands on a file with counts that cannot be right are refused, and the process goes on",
    arguments: [
      "UPDATE lists SET todo_count = 9223372036854775807", "UPDATE lists SET completed_count = -9223372036854775808",
      "UPDATE lists SET title_bytes = 9223372036854775807", "UPDATE lists SET completed_count = 5",
      "UPDATE changes SET list_count = 9223372036854775807", "UPDATE changes SET deletion_count = -1",
      "UPDATE changes SET deleted_todo_count = 9223372036854775807",
      "UPDATE changes SET revision = 9223372036854775806",
      "UPDATE changes SET revision = 9223372036854775807", "UPDATE deletions SET size = -9223372036854775808",
    ])
  func damagedCounts(damage: String) async throws {
    let ids = try await store.add(["1", "2", "3"], to: name)
    let deletion = try #require(try await store.delete(ids[0], in: name).deletion)
    try await store.commits.commit { try $0.execute(sql: damage) }
    var refused = 0
    do { _ = try await store.add(Title("4"), to: name) } catch .unavailable { refused += 1 }
    do { _ = try await store.setCompleted(nil, ids[1], in: name) } catch .unavailable { refused += 1 }
    do { _ = try await store.makeList(Title("b")) } catch .unavailable { refused += 1 }
    do { _ = try await store.undo(deletion.id) } catch .unavailable { refused += 1 }
    do { _ = try await store.deleteList(name) } catch .unavailable { refused += 1 }
    #expect(refused > 0)
    _ = try? await store.lists()
    _ = try await store.list(name)
  }
}
