import Testing
import TodoStorageTesting

@testable import TodoStorage

/// Lists with one of everything that is stored, and what has to hold of a copy of them.
struct CopiedLists {
  private let groceries: ListName
  private let books: ListName
  private let before: [TodoList]
  private let highestID: Int64
  private let deletedTodo: Deletion
  private let deletedList: Deletion
  private let key: CommandKey
  private let keyed: Change

  /// Fills a store, and notes what is there then.
  static func fill(_ store: any TodoStore) async throws -> CopiedLists {
    let (groceries, books) = (try ListName("groceries"), try ListName("books"))
    let key = try CommandKey("key", of: .max)
    let ids = try await store.add(["Milk", "Tea 🍵", "Bread", "Eggs"], to: groceries)
    _ = try await store.setCompleted(true, ids[1], in: groceries)
    _ = try await store.move(ids[3], in: groceries, to: .number(1))
    _ = try await store.rename(groceries, to: Title("Einkäufe"))
    _ = try await store.makeList(Title("Empty"))
    _ = try await store.makeList(Title("Secret"), isUnlisted: true)
    _ = try await store.add(["Emma", "Dracula"], to: books)
    let deletedList = try #require(try await store.deleteList(books).deletion)
    let keyed = try await store.add(Title("Rice"), to: groceries, key: key)
    let last = try await store.add(["Salt"], to: groceries)[0]
    let deletedTodo = try #require(try await store.delete(last, in: groceries).deletion)
    return CopiedLists(
      groceries: groceries, books: books, before: [try await store.list(groceries), try await store.list(books)],
      highestID: last, deletedTodo: deletedTodo, deletedList: deletedList, key: key, keyed: keyed)
  }

  /// Checks a store that they have been copied to, which is changed by that.
  func check(_ store: any TodoStore) async throws {
    #expect(try await [store.list(groceries), store.list(books)] == before)
    #expect(try await store.lists().lists.map(\.title) == ["Einkäufe", "Empty"])
    #expect(try await store.deletion(deletedTodo.id) == deletedTodo)
    #expect(try await store.deletion(deletedList.id) == deletedList)
    let repeated = try await store.add(Title("Rice"), to: groceries, key: key)
    #expect(!repeated.didChange && repeated.revision == keyed.revision && repeated.added == keyed.added)
    await #expect(throws: TodosError.usedCommandKey) {
      _ = try await store.add(Title("Rice"), to: groceries, key: CommandKey("key", of: 1))
    }
    let added = try await store.add(Title("Oil"), to: groceries)
    #expect(added.revision > before[0].revision)
    #expect(try #require(added.added) > highestID)
    _ = try await store.undo(deletedTodo.id)
    _ = try await store.undo(deletedList.id)
    #expect(try await store.titles(groceries) == ["Eggs", "Milk", "x Tea 🍵", "Bread", "Rice", "Salt", "Oil"])
    #expect(try await store.titles(books) == ["Emma", "Dracula"])
  }
}
