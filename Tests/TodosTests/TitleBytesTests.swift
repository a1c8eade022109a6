import GRDB
import Testing
import TodoTestSupport

@testable import TodoStorage

@Suite("TodoStore: the bytes of a list's titles") struct TitleBytesTests {
  private let temporary: TemporaryStore
  private let name: ListName
  private var store: SQLiteStore { temporary.store }

  init() throws {
    var limits = TodoLimits()
    limits.titleBytesPerList = 20
    temporary = try TemporaryStore(limits: limits)
    name = try ListName("a")
  }

  private let full = TodosError.titlesTooLarge(limit: 20)

  @Test("titles of more bytes together are neither added nor edited in, and one that fits is")
  func addingAndEditing() async throws {
    let ids = try await store.add(["0123456789", "ä日本"], to: name)
    await #expect(throws: full) { try await store.add(Title("abc"), to: name) }
    await #expect(throws: full) { try await store.add([NewTodo(Title("a")), NewTodo(Title("bc"))], to: name) }
    _ = try await store.add(Title("ab"), to: name)
    await #expect(throws: full) { try await store.edit(ids[0], in: name, title: Title("0123456789a")) }
    _ = try await store.edit(ids[0], in: name, title: Title("9876543210"))
    #expect(try await store.titles(name) == ["9876543210", "ä日本", "ab"])
    let reason = "its titles may take 20 bytes together; delete some todos, or begin another list"
    #expect(full.description == "the list is full: \(reason)")
    await #expect(throws: full) { try await store.add(Title(String(repeating: "b", count: 21)), to: ListName("b")) }
    #expect(try await store.lists().lists.count == 1)
  }

  @Test("what has been deleted makes room, and comes back only where there is room still")
  func undoing() async throws {
    let ids = try await store.add(["0123456789", "0123456789"], to: name)
    let deletion = try #require(try await store.delete(ids[0], in: name).deletion)
    _ = try await store.add(["abc"], to: name)
    await #expect(throws: full) { try await store.undo(deletion.id) }
    #expect(try await store.titles(name) == ["0123456789", "abc"])
    let list = try #require(try await store.deleteList(name).deletion)
    _ = try await store.add(["01234567"], to: name)
    await #expect(throws: full) { try await store.undo(list.id) }
    #expect(try await store.titles(name) == ["01234567"])
  }

  @Test("a list that holds more, as earlier versions allowed, may shrink and come back, and not grow")
  func older() async throws {
    let id = try await store.add(["a"], to: name)[0]
    let long = String(repeating: "x", count: 30)
    try await store.setOnlyTitle(long)
    await #expect(throws: full) { try await store.edit(id, in: name, title: Title(long + "x")) }
    _ = try await store.edit(id, in: name, title: Title(String(long.dropLast())))
    let deletion = try #require(try await store.deleteList(name).deletion)
    _ = try await store.undo(deletion.id)
    #expect(try await store.titles(name) == [String(long.dropLast())])
  }

  @Test("the bytes that are kept are those of the titles, whatever the commands", arguments: [1, 2, 3, 4] as [UInt64])
  func kept(seed: UInt64) async throws {
    let temporary = try TemporaryStore()
    let (store, names) = (temporary.store, try [ListName("a"), ListName("b")])
    var (random, deletions) = (SplitMix64(seed: seed), [] as [DeletionID])
    for step in 0..<120 {
      let name = names[step % 2]
      let ids = try await store.list(name).todos.map(\.id)
      let title = try Title(String(repeating: "ä", count: Int.random(in: 1...9, using: &random)))
      do throws(TodosError) {
        switch (Int.random(in: 0..<8, using: &random), ids.randomElement(using: &random)) {
        case (0...2, _): _ = try await store.add([NewTodo(title, isCompleted: true), NewTodo(title)], to: name)
        case (3, let id?): _ = try await store.edit(id, in: name, title: title)
        case (4, let id?): deletions.append(try await store.delete(id, in: name).deletion?.id ?? 0)
        case (5, _): deletions.append(try await store.clearCompleted(in: name).deletion?.id ?? 0)
        case (6, _): deletions.append(try await store.deleteList(name).deletion?.id ?? 0)
        default: _ = try await store.undo(deletions.popLast() ?? 0)
        }
      } catch {}
      let wrong = try await store.commits.commit { db in
        try Int.fetchOne(
          db,
          sql: """
            SELECT count(*) FROM lists WHERE title_bytes <> (
              SELECT ifnull(sum(length(CAST(title AS BLOB))), 0) FROM todos WHERE list = lists.id AND deletion IS NULL)
            """)
      }
      #expect(wrong == 0, "seed \(seed), step \(step)")
    }
  }
}
