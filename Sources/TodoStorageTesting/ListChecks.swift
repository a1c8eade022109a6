import Testing
import TodoStorage

extension TodoStoreContract {
  /// Commands on whole lists.
  static let listChecks = [
    Check("the index has every list with its counts and moves with every change") { try await $0.index() },
    Check("the index stands by titles, whatever the case of A to Z, and by names where these are alike") {
      try await $0.order()
    },
    Check("a renamed list keeps its name") { try await $0.renaming() },
    Check("revisions never go back, also when a list is deleted and made again") { try await $0.revisions() },
    Check("nor when its deletion is forgotten before it is made again") { try await $0.forgottenRevisions() },
    Check("the state of a list is known with its sizes, and that of one that is not there is nil") {
      try await $0.states()
    },
  ]
}

extension StoreUnderTest {
  fileprivate func index() async throws {
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

  fileprivate func renaming() async throws {
    _ = try await store.makeList(Title("Groceries"))
    #expect(try await store.rename(groceries, to: Title("Food")).didChange)
    #expect(try await !store.rename(groceries, to: Title("Food")).didChange)
    #expect(try await store.list(groceries).title == "Food")
  }

  fileprivate func revisions() async throws {
    _ = try await store.add(["Milk"], to: groceries)
    let deleted = try await store.deleteList(groceries)
    #expect(try await store.list(groceries).revision == deleted.revision)
    #expect(try await !store.list(groceries).exists)
    #expect(try await store.add(Title("Tea"), to: groceries).revision > deleted.revision)
    #expect(try await store.titles(groceries) == ["Tea"])
  }

  fileprivate func order() async throws {
    for title in ["b", "B", "Äpfel", "a", "Zebra", "_", "b 1", "ä"] { _ = try await store.makeList(Title(title)) }
    #expect(try await store.lists().lists.map(\.title) == ["_", "a", "b", "B", "b 1", "Zebra", "Äpfel", "ä"])
  }

  fileprivate func forgottenRevisions() async throws {
    _ = try await store.add(["Milk"], to: groceries)
    let deleted = try await store.deleteList(groceries)
    advance(by: 3601)
    let other = try ListName("other")
    let id = try await store.add(["Tea"], to: other)[0]
    // Purges what cannot be brought back any more.
    _ = try await store.delete(id, in: other)
    #expect(try await store.add(Title("Milk"), to: groceries).revision > deleted.revision)
  }

  fileprivate func states() async throws {
    #expect(try await store.state(of: groceries) == nil)
    #expect(try await store.state() == StoredState(revision: 0, rowCount: 0, titleBytes: 0))
    let change = try await store.add([NewTodo(Title("Milk")), NewTodo(Title("ä"))], to: groceries)
    #expect(
      try await store.state(of: groceries) == StoredState(revision: change.revision, rowCount: 2, titleBytes: 6))
    #expect(try await store.state() == StoredState(revision: 1, rowCount: 1, titleBytes: 0))
    _ = try await store.deleteList(groceries)
    #expect(try await store.state(of: groceries) == nil)
    #expect(try await store.state() == StoredState(revision: 2, rowCount: 0, titleBytes: 0))
  }
}
