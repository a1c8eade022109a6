import Testing
import TodoStorage

extension TodoStoreContract {
  /// What is told of commits.
  static let feedChecks = [
    Check("an edit is told with its row, its place, the counts and the revisions before and after") {
      try await $0.editing()
    },
    Check("neighbours that only update are one change, in which a todo is once; all others stay what they are") {
      try await $0.merging()
    },
    Check("a deletion is told with what can be undone, and the undo with what came back and where") {
      try await $0.deletingAndUndoing()
    },
    Check("a list that is made, renamed, deleted and brought back is told with its place among the others") {
      try await $0.lists()
    },
    Check("of a full list all rows are told, in their order, when all are new or different") {
      try await $0.fullList()
    },
    Check("all who follow are told the same, whether the others take it or have gone") { try await $0.manyFollowers() },
    Check("what another process commits is not told, and seen by the revision before the next change") {
      try await $0.otherProcess()
    },
  ]
}

extension StoreUnderTest {
  private func summary(_ open: Int, _ completed: Int) -> ListSummary {
    ListSummary(name: groceries, title: "Groceries", openCount: open, completedCount: completed)
  }

  fileprivate func editing() async throws {
    let ids = try await store.add(["Milk", "Tea"], to: groceries)
    _ = try await store.add(["x"], to: ListName("other"))
    let before = (list: try await store.list(groceries).revision, index: try await store.lists().revision)
    var feed = store.committedChanges().makeAsyncIterator()
    let edit = try await store.edit(ids[1], in: groceries, title: Title("Green tea"))
    let todo = Todo(id: ids[1], title: "Green tea", isCompleted: false)
    #expect(
      await feed.next() == [
        CommittedChange(
          list: summary(2, 0), previousRevision: before.list, revision: edit.revision,
          indexRevision: before.index + 1, previousOpenCount: 2, previousCompletedCount: 0, listChange: nil,
          todos: [TodoChange(todo: todo, predecessor: ids[0], kind: .updated)], removed: [], deletion: nil)
      ])
  }

  fileprivate func merging() async throws {
    let ids = try await store.add(["Milk", "Tea"], to: groceries)
    var feed = store.committedChanges().makeAsyncIterator()
    for title in ["a", "b"] { _ = try await store.edit(ids[0], in: groceries, title: Title(title)) }
    _ = try await store.setCompleted(true, ids[1], in: groceries)
    _ = try await store.add(Title("new"), to: groceries)
    _ = try await store.edit(ids[0], in: groceries, title: Title("c"))
    var told: [CommittedChange] = []
    while told.count < 5 { told += try #require(await feed.next()) }
    let merged = told.merged
    let first = try #require(merged.first)
    #expect(
      first.todos.map(\.todo) == [
        Todo(id: ids[0], title: "b", isCompleted: false), Todo(id: ids[1], title: "Tea", isCompleted: true),
      ])
    #expect(first.list == summary(1, 1) && (first.previousOpenCount, first.previousCompletedCount) == (2, 0))
    #expect((first.previousRevision, first.revision) == (told[0].previousRevision, told[2].revision))
    #expect(merged.dropFirst() == told[3...])
  }

  fileprivate func deletingAndUndoing() async throws {
    let ids = try await store.add(["1", "2", "3"], to: groceries)
    let before = try await store.setCompleted(true, ids[1], in: groceries)
    var feed = store.committedChanges().makeAsyncIterator()
    let deleted = try await store.delete(ids[1], in: groceries)
    let deletion = try #require(deleted.deletion)
    #expect(
      await feed.next() == [
        CommittedChange(
          list: summary(2, 0), previousRevision: before.revision, revision: deleted.revision, indexRevision: 5,
          previousOpenCount: 2, previousCompletedCount: 1, listChange: nil, todos: [], removed: [ids[1]],
          deletion: .made(Deletion(id: deletion.id, list: groceries, subject: .todo("2"))))
      ])
    let undone = try await store.undo(deletion.id)
    #expect(undone.added == nil && undone.deletion == nil)
    let todo = Todo(id: ids[1], title: "2", isCompleted: true)
    #expect(
      await feed.next() == [
        CommittedChange(
          list: summary(2, 1), previousRevision: deleted.revision, revision: undone.revision, indexRevision: 6,
          previousOpenCount: 2, previousCompletedCount: 0, listChange: nil,
          todos: [TodoChange(todo: todo, predecessor: ids[0], kind: .inserted)], removed: [],
          deletion: .undone(deletion.id))
      ])
  }

  fileprivate func lists() async throws {
    let others = try ["Beer", "apples"].map { try Title($0) }
    for title in others { _ = try await store.makeList(title) }
    var feed = store.committedChanges().makeAsyncIterator()
    var changes = [try await store.makeList(Title("Groceries"))]
    changes.append(try await store.rename(groceries, to: Title("BAKERY")))
    changes.append(try await store.deleteList(groceries))
    let deletion = try #require(changes.last?.deletion)
    changes.append(try await store.undo(deletion.id))
    var told: [CommittedChange] = []
    while told.count < 4 { told += try #require(await feed.next()) }
    let (apples, beer) = (try ListName("apples"), try ListName("beer"))
    #expect(told.map(\.listChange) == [.made(after: beer), .renamed(after: apples), .deleted, .made(after: apples)])
    #expect(told.map(\.list.title) == ["Groceries", "BAKERY", "Groceries", "BAKERY"])
    let revisions = changes.map(\.revision)
    #expect(told.map(\.previousRevision) == [0] + revisions.dropLast() && told.map(\.revision) == revisions)
    #expect(told.map(\.indexRevision) == [3, 4, 5, 6])
    #expect(told[2].deletion == .made(Deletion(id: deletion.id, list: groceries, subject: .list("BAKERY"))))
    #expect(told[3].deletion == .undone(deletion.id))
  }

  fileprivate func fullList() async throws {
    var feed = store.committedChanges().makeAsyncIterator()
    _ = try await store.add((1...5_000).map { NewTodo(try Title("\($0)")) }, to: groceries)
    _ = try await store.setAllCompleted(true, in: groceries)
    var deletion = try await store.clearCompleted(in: groceries).deletion
    _ = try await store.undo(try #require(deletion?.id))
    deletion = try await store.deleteList(groceries).deletion
    _ = try await store.undo(try #require(deletion?.id))
    let stored = try await store.list(groceries).todos
    for kind in [.inserted, .updated, nil, .inserted, nil, .inserted] as [TodoChange.Kind?] {
      let change = try #require(await feed.next()?.first)
      guard let kind else {
        #expect(change.removed == (change.listChange == .deleted ? [] : stored.map(\.id)) && change.todos.isEmpty)
        continue
      }
      #expect(change.todos.map(\.todo.id) == stored.map(\.id) && change.removed.isEmpty)
      #expect(change.todos.map(\.predecessor) == [nil] + stored.dropLast().map(\.id))
      #expect(change.todos.allSatisfy { $0.kind == kind })
    }
  }

  fileprivate func manyFollowers() async throws {
    let (first, idle, second) = (store.committedChanges(), store.committedChanges(), store.committedChanges())
    do {
      var gone = store.committedChanges().makeAsyncIterator()
      _ = try await store.add(["Milk"], to: groceries)
      #expect(await gone.next()?.count == 1)
    }
    for number in 0..<50 { _ = try await store.add(["\(number)"], to: groceries) }
    try close()
    var told: [[CommittedChange]] = []
    for stream in [first, second, idle] {
      told.append([])
      for await commit in stream { told[told.count - 1] += commit }
    }
    #expect(told[0].map(\.indexRevision) == Array(1...51) && told[1] == told[0] && told[2] == told[0])
  }

  fileprivate func otherProcess() async throws {
    _ = try await store.add(["Milk"], to: groceries)
    #expect(try await !store.takeChangesOfOthers())
    var feed = store.committedChanges().makeAsyncIterator()
    let other = try await openAgain()
    let before = try await other.add(Title("Tea"), to: groceries)
    try await other.check()
    try other.close()
    _ = try await store.add(["Eggs"], to: groceries)
    // Once, also where a change of its own has come since.
    #expect(try await store.takeChangesOfOthers())
    try await store.check()
    #expect(try await !store.takeChangesOfOthers())
    let change = try #require(await feed.next()?.first)
    #expect(change.previousRevision == before.revision && change.indexRevision == 3 && change.list.openCount == 3)
  }
}
