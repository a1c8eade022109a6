import Testing
@testable import TodoStorage

@Suite("TodoStore: lists and undo") struct ListsAndUndoTests {
  private let temporary: TemporaryStore
  private let groceries: ListName
  private var store: SQLiteStore { temporary.store }

  init() throws {
    temporary = try TemporaryStore()
    groceries = try ListName("groceries")
  }

  @Test("the index has every list with its counts and moves with every change")
  func index() async throws {
    #expect(try await store.lists() == ListIndex(revision: 0, lists: []))
    let ids = try await store.add(["Milk", "Tea", "Eggs"], to: groceries)
    _ = try await store.setCompleted(true, ids[0], in: groceries)
    #expect(try await store.makeList(Title("Apples & pears")).list.text == "apples-pears")
    let index = try await store.lists()
    #expect(index.revision == 5)
    #expect(index.lists.map(\.title) == ["Apples & pears", "Groceries"])
    #expect(index.lists.map(\.openCount) == [0, 2])
    #expect(index.lists.map(\.completedCount) == [0, 1])
  }

  @Test("a renamed list keeps its name")
  func renaming() async throws {
    _ = try await store.makeList(Title("Groceries"))
    #expect(try await store.rename(groceries, to: Title("Food")).didChange)
    #expect(try await !store.rename(groceries, to: Title("Food")).didChange)
    #expect(try await store.list(groceries).title == "Food")
  }

  @Test("revisions never go back, also when a list is deleted and made again")
  func revisions() async throws {
    _ = try await store.add(["Milk"], to: groceries)
    let deleted = try await store.deleteList(groceries)
    #expect(try await store.list(groceries).revision == deleted.revision)
    #expect(try await !store.list(groceries).exists)
    #expect(try await store.add(Title("Tea"), to: groceries).revision > deleted.revision)
    #expect(try await store.titles(groceries) == ["Tea"])
  }

  @Test("an undone deletion brings the todo back in its place with its id")
  func undoingTodo() async throws {
    let ids = try await store.add(["1", "2", "3"], to: groceries)
    let deletion = try #require(try await store.delete(ids[1], in: groceries).deletion)
    #expect(deletion.subject == .todo("2"))
    _ = try await store.move(ids[2], in: groceries, after: nil)
    #expect(try await store.undo(deletion.id).didChange)
    #expect(try await store.list(groceries).todos.map(\.id) == [ids[2], ids[0], ids[1]])
    await #expect(throws: TodosError.noSuchDeletion(deletion.id)) { try await store.undo(deletion.id) }
  }

  @Test("an undone clearing brings all back, and those cleared before stay away")
  func undoingClear() async throws {
    let ids = try await store.add(["1", "2", "3"], to: groceries)
    _ = try await store.setCompleted(true, ids[0], in: groceries)
    _ = try await store.clearCompleted(in: groceries)
    for id in ids[1...] { _ = try await store.setCompleted(true, id, in: groceries) }
    let deletion = try #require(try await store.clearCompleted(in: groceries).deletion)
    #expect(try await store.undo(deletion.id).list == groceries)
    #expect(try await store.titles(groceries) == ["x 2", "x 3"])
  }

  @Test("an undone list comes back whole")
  func undoingList() async throws {
    _ = try await store.add(["1", "2"], to: groceries)
    let deletion = try #require(try await store.deleteList(groceries).deletion)
    #expect(deletion.subject == .list("Groceries"))
    #expect(try await store.lists().lists.isEmpty)
    let undone = try await store.undo(deletion.id)
    #expect(try await store.titles(groceries) == ["1", "2"])
    #expect(try await store.list(groceries).revision == undone.revision)
  }

  @Test("a list that was made anew meanwhile takes the todos of the old one in")
  func merging() async throws {
    let old = try await store.add(["1", "2"], to: groceries)
    let deletion = try #require(try await store.deleteList(groceries).deletion)
    _ = try await store.add(["3"], to: groceries)
    _ = try await store.undo(deletion.id)
    #expect(try await store.titles(groceries) == ["3", "1", "2"])
    #expect(try await store.list(groceries).todos.dropFirst().map(\.id) == old)
    #expect(try await store.lists().lists.count == 1)
  }

  @Test("a todo that went before its list is not brought back without the list")
  func nested() async throws {
    let ids = try await store.add(["1", "2"], to: groceries)
    let todo = try #require(try await store.delete(ids[0], in: groceries).deletion)
    let list = try #require(try await store.deleteList(groceries).deletion)
    await #expect(throws: TodosError.noSuchDeletion(todo.id)) { try await store.undo(todo.id) }
    _ = try await store.undo(list.id)
    _ = try await store.undo(todo.id)
    #expect(try await store.titles(groceries) == ["1", "2"])
  }

  @Test("what a deletion took away is told for as long as it can be undone")
  func deletions() async throws {
    let ids = try await store.add(["1", "2", "3"], to: groceries)
    let one = try #require(try await store.delete(ids[0], in: groceries).deletion)
    for id in ids[1...] { _ = try await store.setCompleted(true, id, in: groceries) }
    let two = try #require(try await store.clearCompleted(in: groceries).deletion)
    let list = try #require(try await store.deleteList(groceries).deletion)
    for deletion in [one, two, list] { #expect(try await store.deletion(deletion.id) == deletion) }
    _ = try await store.undo(list.id)
    #expect(try await store.deletion(list.id) == nil)
    temporary.advance(by: 3601)
    #expect(try await store.deletion(one.id) == nil)
  }

  @Test("after an hour a deletion can no longer be undone, and later ones purge it")
  func expiring() async throws {
    let ids = try await store.add(["1", "2", "3"], to: groceries)
    let deletion = try #require(try await store.delete(ids[0], in: groceries).deletion)
    temporary.advance(by: 3599)
    _ = try await store.undo(deletion.id)
    let second = try #require(try await store.delete(ids[0], in: groceries).deletion)
    temporary.advance(by: 3601)
    await #expect(throws: TodosError.noSuchDeletion(second.id)) { try await store.undo(second.id) }
    _ = try await store.delete(ids[1], in: groceries)
    #expect(try await store.titles(groceries) == ["3"])
  }

  @Test("so many deletions are kept, and so many todos of all of them: the oldest go first")
  func keptDeletions() async throws {
    var limits = TodoLimits()
    limits.deletions = (count: 4, todos: 10)
    let small = try TemporaryStore(limits: limits)
    let ids = try await small.store.add((1...20).map(String.init), to: groceries)
    var deletions: [DeletionID] = []
    for id in ids.prefix(6) {
      deletions.append(try #require(try await small.store.delete(id, in: groceries).deletion).id)
    }
    for gone in deletions.prefix(2) {
      await #expect(throws: TodosError.noSuchDeletion(gone)) { try await small.store.undo(gone) }
    }
    _ = try await small.store.undo(deletions[2])
    for id in ids.suffix(8) { _ = try await small.store.setCompleted(true, id, in: groceries) }
    let cleared = try #require(try await small.store.clearCompleted(in: groceries).deletion)
    // Eight todos and the two before them.
    await #expect(throws: TodosError.noSuchDeletion(deletions[3])) { try await small.store.undo(deletions[3]) }
    _ = try await small.store.undo(deletions[5])
    _ = try await small.store.undo(cleared.id)
    #expect(try await small.store.list(groceries).todos.count == 16)
  }

  @Test("what would exceed the limits is not brought back, and stays to be brought back later")
  func noRoom() async throws {
    var limits = TodoLimits()
    (limits.todosPerList, limits.lists) = (3, 1)
    let small = try TemporaryStore(limits: limits)
    let ids = try await small.store.add(["1", "2", "3"], to: groceries)
    let todo = try #require(try await small.store.delete(ids[0], in: groceries).deletion)
    _ = try await small.store.add(["4"], to: groceries)
    await #expect(throws: TodosError.tooManyTodos(limit: 3)) { try await small.store.undo(todo.id) }
    #expect(try await small.store.titles(groceries) == ["2", "3", "4"])
    let list = try #require(try await small.store.deleteList(groceries).deletion)
    let other = try await small.store.makeList(Title("Other"))
    await #expect(throws: TodosError.tooManyLists(limit: 1)) { try await small.store.undo(list.id) }
    _ = try await small.store.deleteList(other.list)
    _ = try await small.store.undo(list.id)
    #expect(try await small.store.titles(groceries) == ["2", "3", "4"])
  }
}
