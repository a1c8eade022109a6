import Testing
import TodoStorage

extension TodoStoreContract {
  /// Commands on todos.
  static let todoChecks = [
    Check("an unknown list is empty and has revision 0") { try await $0.unknown() },
    Check("the first todo makes its list, and todos stand in the order they were added") { try await $0.adding() },
    Check("completing says which state is wanted, or takes the other one") { try await $0.completing() },
    Check("an edit to the same title changes nothing") { try await $0.editing() },
    Check("toggling all completes all, then opens all") { try await $0.togglingAll() },
    Check("clearing takes the completed ones, and nothing when there are none") { try await $0.clearing() },
    Check("a todo moves behind another, to the front, and to where it is already") { try await $0.moving() },
    Check("a todo moves to a number in the order, and to the end of a list of fewer") { try await $0.movingToPlace() },
    Check("a thousand moves into the same gap keep the order") { try await $0.movingOften() },
    Check("what is not there is an error that names it, and nothing changes") { try await $0.notFound() },
  ]
}

extension StoreUnderTest {
  fileprivate func unknown() async throws {
    let list = try await store.list(groceries)
    #expect(list.todos.isEmpty && list.revision == 0 && !list.exists && list.title == "Groceries")
  }

  fileprivate func adding() async throws {
    let ids = try await store.add(["Milk", "Tea", "Eggs"], to: groceries)
    let list = try await store.list(groceries)
    #expect(list.exists && list.todos.map(\.id) == ids)
    #expect(list.todos.map(\.title) == ["Milk", "Tea", "Eggs"])
    #expect(try await store.add(Title("Soap"), to: groceries).revision > list.revision)
  }

  fileprivate func completing() async throws {
    let milk = try await store.add(["Milk"], to: groceries)[0]
    #expect(try await store.setCompleted(true, milk, in: groceries).didChange)
    let again = try await store.setCompleted(true, milk, in: groceries)
    let stored = try await store.list(groceries)
    #expect(!again.didChange && again.revision == stored.revision)
    #expect(try await store.titles(groceries) == ["x Milk"])
    #expect(try await store.setCompleted(nil, milk, in: groceries).revision > again.revision)
    #expect(try await store.titles(groceries) == ["Milk"])
  }

  fileprivate func editing() async throws {
    let milk = try await store.add(["Milk"], to: groceries)[0]
    #expect(try await store.edit(milk, in: groceries, title: Title("Oat milk")).didChange)
    #expect(try await !store.edit(milk, in: groceries, title: Title("Oat milk ")).didChange)
    #expect(try await store.titles(groceries) == ["Oat milk"])
  }

  fileprivate func togglingAll() async throws {
    let ids = try await store.add(["Milk", "Tea"], to: groceries)
    _ = try await store.setCompleted(true, ids[0], in: groceries)
    #expect(try await store.setAllCompleted(nil, in: groceries).didChange)
    #expect(try await store.titles(groceries) == ["x Milk", "x Tea"])
    #expect(try await store.setAllCompleted(nil, in: groceries).didChange)
    #expect(try await store.titles(groceries) == ["Milk", "Tea"])
    #expect(try await !store.setAllCompleted(false, in: groceries).didChange)
  }

  fileprivate func clearing() async throws {
    let ids = try await store.add(["Milk", "Tea", "Eggs"], to: groceries)
    #expect(try await !store.clearCompleted(in: groceries).didChange)
    for id in [ids[0], ids[2]] { _ = try await store.setCompleted(true, id, in: groceries) }
    #expect(try await store.clearCompleted(in: groceries).deletion?.subject == .completedTodos(2))
    #expect(try await store.titles(groceries) == ["Tea"])
  }

  fileprivate func moving() async throws {
    let ids = try await store.add(["1", "2", "3", "4"], to: groceries)
    #expect(try await store.move(ids[3], in: groceries, after: ids[0]).didChange)
    #expect(try await store.titles(groceries) == ["1", "4", "2", "3"])
    #expect(try await store.move(ids[2], in: groceries, after: nil).didChange)
    #expect(try await store.titles(groceries) == ["3", "1", "4", "2"])
    #expect(try await !store.move(ids[0], in: groceries, after: ids[2]).didChange)
    #expect(try await !store.move(ids[0], in: groceries, after: ids[0]).didChange)
  }

  fileprivate func movingToPlace() async throws {
    let cases: [(number: Int, titles: [String])] = [
      (1, ["2", "1", "3", "4"]), (2, ["1", "2", "3", "4"]), (3, ["1", "3", "2", "4"]), (4, ["1", "3", "4", "2"]),
      (99, ["1", "3", "4", "2"]), (.max, ["1", "3", "4", "2"]), (.min, ["2", "1", "3", "4"]),
    ]
    for (index, (number, titles)) in cases.enumerated() {
      let name = try ListName("list-\(index)")
      let ids = try await store.add(["1", "gone", "2", "3", "4"], to: name)
      _ = try await store.delete(ids[1], in: name)
      let change = try await store.move(ids[2], in: name, to: .number(number))
      #expect(try await store.titles(name) == titles, "number \(number)")
      #expect(change.didChange == (number != 2), "number \(number)")
    }
  }

  fileprivate func movingOften() async throws {
    let ids = try await store.add(["a", "b", "c"], to: groceries)
    for number in 0..<1000 {
      _ = try await store.move(ids[1 + number % 2], in: groceries, after: ids[0])
      #expect(try await store.titles(groceries) == (number % 2 == 0 ? ["a", "b", "c"] : ["a", "c", "b"]))
    }
  }

  fileprivate func notFound() async throws {
    let other = try ListName("other")
    let added = try await store.add(Title("Milk"), to: groceries)
    let milk = try #require(added.added)
    let tea = try await store.add(["Tea"], to: other)[0]
    await #expect(throws: TodosError.noSuchTodo(99, in: groceries)) { try await store.delete(99, in: groceries) }
    await #expect(throws: TodosError.noSuchTodo(tea, in: groceries)) {
      try await store.setCompleted(nil, tea, in: groceries)
    }
    await #expect(throws: TodosError.noSuchTodo(tea, in: groceries)) {
      try await store.move(milk, in: groceries, after: tea)
    }
    let nowhere = try ListName("nowhere")
    await #expect(throws: TodosError.noSuchList(nowhere)) { try await store.clearCompleted(in: nowhere) }
    #expect(try await store.list(groceries).revision == added.revision)
  }
}
