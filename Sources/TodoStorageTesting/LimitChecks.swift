import Testing
import TodoStorage

extension TodoStoreContract {
  /// How much is taken in.
  static let limitChecks = [
    Check("a list takes no more todos than its limit, and no more lists are made than theirs", limits: small(2, 1)) {
      try await $0.full()
    },
    Check("what would exceed the limits is not brought back, and stays to be brought back later", limits: small(3, 1)) {
      try await $0.noRoom()
    },
    Check("so many deletions are kept, and so many todos of all of them: the oldest go first", limits: fewDeletions) {
      try await $0.keptDeletions()
    },
    Check("titles of more bytes together are neither added nor edited in, and one that fits is", limits: fewBytes) {
      try await $0.addingAndEditing()
    },
    Check("what has been deleted makes room, and comes back only where there is room still", limits: fewBytes) {
      try await $0.undoing()
    },
  ]

  private static func small(_ todos: Int, _ lists: Int) -> TodoLimits {
    var limits = TodoLimits()
    (limits.todosPerList, limits.lists) = (todos, lists)
    return limits
  }

  private static var fewDeletions: TodoLimits {
    var limits = TodoLimits()
    limits.deletions = (count: 4, todos: 10)
    return limits
  }

  private static var fewBytes: TodoLimits {
    var limits = TodoLimits()
    limits.titleBytesPerList = 20
    return limits
  }
}

private let titlesFull = TodosError.titlesTooLarge(limit: 20)

extension StoreUnderTest {
  fileprivate func full() async throws {
    _ = try await store.add(["1", "2"], to: groceries)
    await #expect(throws: TodosError.tooManyTodos(limit: 2)) { try await store.add(Title("3"), to: groceries) }
    await #expect(throws: TodosError.tooManyLists(limit: 1)) { try await store.makeList(Title("Other")) }
  }

  fileprivate func noRoom() async throws {
    let ids = try await store.add(["1", "2", "3"], to: groceries)
    let todo = try #require(try await store.delete(ids[0], in: groceries).deletion)
    _ = try await store.add(["4"], to: groceries)
    await #expect(throws: TodosError.tooManyTodos(limit: 3)) { try await store.undo(todo.id) }
    #expect(try await store.titles(groceries) == ["2", "3", "4"])
    let list = try #require(try await store.deleteList(groceries).deletion)
    let other = try await store.makeList(Title("Other"))
    await #expect(throws: TodosError.tooManyLists(limit: 1)) { try await store.undo(list.id) }
    _ = try await store.deleteList(other.list)
    _ = try await store.undo(list.id)
    #expect(try await store.titles(groceries) == ["2", "3", "4"])
  }

  fileprivate func keptDeletions() async throws {
    let ids = try await store.add((1...20).map(String.init), to: groceries)
    var deletions: [DeletionID] = []
    for id in ids.prefix(6) {
      deletions.append(try #require(try await store.delete(id, in: groceries).deletion).id)
    }
    for gone in deletions.prefix(2) {
      await #expect(throws: TodosError.noSuchDeletion(gone)) { try await store.undo(gone) }
    }
    _ = try await store.undo(deletions[2])
    for id in ids.suffix(8) { _ = try await store.setCompleted(true, id, in: groceries) }
    let cleared = try #require(try await store.clearCompleted(in: groceries).deletion)
    // Eight todos and the two before them.
    await #expect(throws: TodosError.noSuchDeletion(deletions[3])) { try await store.undo(deletions[3]) }
    _ = try await store.undo(deletions[5])
    _ = try await store.undo(cleared.id)
    #expect(try await store.list(groceries).todos.count == 16)
  }

  fileprivate func addingAndEditing() async throws {
    let ids = try await store.add(["0123456789", "ä日本"], to: groceries)
    await #expect(throws: titlesFull) { try await store.add(Title("abc"), to: groceries) }
    await #expect(throws: titlesFull) {
      try await store.add([NewTodo(Title("a")), NewTodo(Title("bc"))], to: groceries)
    }
    _ = try await store.add(Title("ab"), to: groceries)
    await #expect(throws: titlesFull) { try await store.edit(ids[0], in: groceries, title: Title("0123456789a")) }
    _ = try await store.edit(ids[0], in: groceries, title: Title("9876543210"))
    #expect(try await store.titles(groceries) == ["9876543210", "ä日本", "ab"])
    let reason = "its titles may take 20 bytes together; delete some todos, or begin another list"
    #expect(titlesFull.description == "the list is full: \(reason)")
    await #expect(throws: titlesFull) {
      try await store.add(Title(String(repeating: "b", count: 21)), to: ListName("b"))
    }
    #expect(try await store.lists().lists.count == 1)
  }

  fileprivate func undoing() async throws {
    let ids = try await store.add(["0123456789", "0123456789"], to: groceries)
    let deletion = try #require(try await store.delete(ids[0], in: groceries).deletion)
    _ = try await store.add(["abc"], to: groceries)
    await #expect(throws: titlesFull) { try await store.undo(deletion.id) }
    #expect(try await store.titles(groceries) == ["0123456789", "abc"])
    let list = try #require(try await store.deleteList(groceries).deletion)
    _ = try await store.add(["01234567"], to: groceries)
    await #expect(throws: titlesFull) { try await store.undo(list.id) }
    #expect(try await store.titles(groceries) == ["01234567"])
  }
}
