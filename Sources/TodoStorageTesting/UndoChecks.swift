import Testing
import TodoStorage

extension TodoStoreContract {
  /// What was deleted, and comes back.
  static let undoChecks = [
    Check("an undone deletion brings the todo back in its place with its id") { try await $0.undoingTodo() },
    Check("an undone clearing brings all back, and those cleared before stay away") { try await $0.undoingClear() },
    Check("an undone list comes back whole") { try await $0.undoingList() },
    Check("a list that was made anew meanwhile takes the todos of the old one in") { try await $0.merging() },
    Check("a todo that went before its list is not brought back without the list") { try await $0.nested() },
    Check("what a deletion took away is told for as long as it can be undone") { try await $0.deletions() },
    Check("after an hour a deletion can no longer be undone, and later ones purge it") { try await $0.expiring() },
  ]
}

extension StoreUnderTest {
  fileprivate func undoingTodo() async throws {
    let ids = try await store.add(["1", "2", "3"], to: groceries)
    let deletion = try #require(try await store.delete(ids[1], in: groceries).deletion)
    #expect(deletion.subject == .todo("2"))
    _ = try await store.move(ids[2], in: groceries, after: nil)
    #expect(try await store.undo(deletion.id).didChange)
    #expect(try await store.list(groceries).todos.map(\.id) == [ids[2], ids[0], ids[1]])
    await #expect(throws: TodosError.noSuchDeletion(deletion.id)) { try await store.undo(deletion.id) }
  }

  fileprivate func undoingClear() async throws {
    let ids = try await store.add(["1", "2", "3"], to: groceries)
    _ = try await store.setCompleted(true, ids[0], in: groceries)
    _ = try await store.clearCompleted(in: groceries)
    for id in ids[1...] { _ = try await store.setCompleted(true, id, in: groceries) }
    let deletion = try #require(try await store.clearCompleted(in: groceries).deletion)
    #expect(try await store.undo(deletion.id).list == groceries)
    #expect(try await store.titles(groceries) == ["x 2", "x 3"])
  }

  fileprivate func undoingList() async throws {
    _ = try await store.add(["1", "2"], to: groceries)
    let deletion = try #require(try await store.deleteList(groceries).deletion)
    #expect(deletion.subject == .list("Groceries"))
    #expect(try await store.lists().lists.isEmpty)
    let undone = try await store.undo(deletion.id)
    #expect(try await store.titles(groceries) == ["1", "2"])
    #expect(try await store.list(groceries).revision == undone.revision)
  }

  fileprivate func merging() async throws {
    let old = try await store.add(["1", "2"], to: groceries)
    let deletion = try #require(try await store.deleteList(groceries).deletion)
    _ = try await store.add(["3"], to: groceries)
    _ = try await store.undo(deletion.id)
    #expect(try await store.titles(groceries) == ["3", "1", "2"])
    #expect(try await store.list(groceries).todos.dropFirst().map(\.id) == old)
    #expect(try await store.lists().lists.count == 1)
  }

  fileprivate func nested() async throws {
    let ids = try await store.add(["1", "2"], to: groceries)
    let todo = try #require(try await store.delete(ids[0], in: groceries).deletion)
    let list = try #require(try await store.deleteList(groceries).deletion)
    await #expect(throws: TodosError.noSuchDeletion(todo.id)) { try await store.undo(todo.id) }
    _ = try await store.undo(list.id)
    _ = try await store.undo(todo.id)
    #expect(try await store.titles(groceries) == ["1", "2"])
  }

  fileprivate func deletions() async throws {
    let ids = try await store.add(["1", "2", "3"], to: groceries)
    let one = try #require(try await store.delete(ids[0], in: groceries).deletion)
    for id in ids[1...] { _ = try await store.setCompleted(true, id, in: groceries) }
    let two = try #require(try await store.clearCompleted(in: groceries).deletion)
    let list = try #require(try await store.deleteList(groceries).deletion)
    for deletion in [one, two, list] { #expect(try await store.deletion(deletion.id) == deletion) }
    _ = try await store.undo(list.id)
    #expect(try await store.deletion(list.id) == nil)
    advance(by: 3601)
    #expect(try await store.deletion(one.id) == nil)
  }

  fileprivate func expiring() async throws {
    let ids = try await store.add(["1", "2", "3"], to: groceries)
    let deletion = try #require(try await store.delete(ids[0], in: groceries).deletion)
    advance(by: 3599)
    _ = try await store.undo(deletion.id)
    let second = try #require(try await store.delete(ids[0], in: groceries).deletion)
    advance(by: 3601)
    await #expect(throws: TodosError.noSuchDeletion(second.id)) { try await store.undo(second.id) }
    _ = try await store.delete(ids[1], in: groceries)
    #expect(try await store.titles(groceries) == ["3"])
  }

}
