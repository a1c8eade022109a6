import Foundation
import Testing

@testable import TodoStorage

@Suite("TodoStore: commands on todos") struct TodoStoreTests {
  private let temporary: TemporaryStore
  private let groceries: ListName
  private var store: SQLiteStore { temporary.store }

  init() throws {
    temporary = try TemporaryStore()
    groceries = try ListName("groceries")
  }

  @Test("an unknown list is empty and has revision 0")
  func unknown() async throws {
    let list = try await store.list(groceries)
    #expect(list.todos.isEmpty && list.revision == 0 && !list.exists && list.title == "Groceries")
  }

  @Test("the first todo makes its list, and todos stand in the order they were added")
  func adding() async throws {
    let ids = try await store.add(["Milk", "Tea", "Eggs"], to: groceries)
    let list = try await store.list(groceries)
    #expect(list.exists && list.todos.map(\.id) == ids)
    #expect(list.todos.map(\.title) == ["Milk", "Tea", "Eggs"])
    #expect(list.revision == 3)
  }

  @Test("completing says which state is wanted, or takes the other one")
  func completing() async throws {
    let milk = try await store.add(["Milk"], to: groceries)[0]
    #expect(try await store.setCompleted(true, milk, in: groceries).didChange)
    let again = try await store.setCompleted(true, milk, in: groceries)
    #expect(!again.didChange && again.revision == 2)
    #expect(try await store.titles(groceries) == ["x Milk"])
    #expect(try await store.setCompleted(nil, milk, in: groceries).revision == 3)
    #expect(try await store.titles(groceries) == ["Milk"])
  }

  @Test("an edit to the same title changes nothing")
  func editing() async throws {
    let milk = try await store.add(["Milk"], to: groceries)[0]
    #expect(try await store.edit(milk, in: groceries, title: Title("Oat milk")).didChange)
    #expect(try await !store.edit(milk, in: groceries, title: Title("Oat milk ")).didChange)
    #expect(try await store.titles(groceries) == ["Oat milk"])
  }

  @Test("toggling all completes all, then opens all")
  func togglingAll() async throws {
    let ids = try await store.add(["Milk", "Tea"], to: groceries)
    _ = try await store.setCompleted(true, ids[0], in: groceries)
    #expect(try await store.setAllCompleted(nil, in: groceries).didChange)
    #expect(try await store.titles(groceries) == ["x Milk", "x Tea"])
    #expect(try await store.setAllCompleted(nil, in: groceries).didChange)
    #expect(try await store.titles(groceries) == ["Milk", "Tea"])
    #expect(try await !store.setAllCompleted(false, in: groceries).didChange)
  }

  @Test("clearing takes the completed ones, and nothing when there are none")
  func clearing() async throws {
    let ids = try await store.add(["Milk", "Tea", "Eggs"], to: groceries)
    #expect(try await !store.clearCompleted(in: groceries).didChange)
    for id in [ids[0], ids[2]] { _ = try await store.setCompleted(true, id, in: groceries) }
    #expect(try await store.clearCompleted(in: groceries).deletion?.subject == .completedTodos(2))
    #expect(try await store.titles(groceries) == ["Tea"])
  }

  @Test("a todo moves behind another, to the front, and to where it is already")
  func moving() async throws {
    let ids = try await store.add(["1", "2", "3", "4"], to: groceries)
    #expect(try await store.move(ids[3], in: groceries, after: ids[0]).didChange)
    #expect(try await store.titles(groceries) == ["1", "4", "2", "3"])
    #expect(try await store.move(ids[2], in: groceries, after: nil).didChange)
    #expect(try await store.titles(groceries) == ["3", "1", "4", "2"])
    #expect(try await !store.move(ids[0], in: groceries, after: ids[2]).didChange)
    #expect(try await !store.move(ids[0], in: groceries, after: ids[0]).didChange)
  }

  @Test(
    "a todo moves to a number in the order, and to the end of a list of fewer",
    arguments: [
      (1, ["2", "1", "3", "4"]), (2, ["1", "2", "3", "4"]), (3, ["1", "3", "2", "4"]), (4, ["1", "3", "4", "2"]),
      (99, ["1", "3", "4", "2"]), (.max, ["1", "3", "4", "2"]), (.min, ["2", "1", "3", "4"]),
    ])
  func movingToPlace(number: Int, titles: [String]) async throws {
    let ids = try await store.add(["1", "gone", "2", "3", "4"], to: groceries)
    _ = try await store.delete(ids[1], in: groceries)
    let change = try await store.move(ids[2], in: groceries, to: .number(number))
    #expect(try await store.titles(groceries) == titles)
    #expect(change.didChange == (number != 2))
  }

  @Test("a thousand moves into the same gap keep the order")
  func movingOften() async throws {
    let ids = try await store.add(["a", "b", "c"], to: groceries)
    for number in 0..<1000 {
      _ = try await store.move(ids[1 + number % 2], in: groceries, after: ids[0])
      #expect(try await store.titles(groceries) == (number % 2 == 0 ? ["a", "b", "c"] : ["a", "c", "b"]))
    }
  }

  @Test("what is not there is an error that names it, and nothing changes")
  func notFound() async throws {
    let other = try ListName("other")
    let milk = try await store.add(["Milk"], to: groceries)[0]
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
    #expect(try await store.list(groceries).revision == 1)
  }

  @Test("a list takes no more todos than its limit, and no more lists are made than theirs")
  func limits() async throws {
    var limits = TodoLimits()
    limits.todosPerList = 2
    limits.lists = 1
    let small = try TemporaryStore(limits: limits)
    _ = try await small.store.add(["1", "2"], to: groceries)
    await #expect(throws: TodosError.tooManyTodos(limit: 2)) { try await small.store.add(Title("3"), to: groceries) }
    await #expect(throws: TodosError.tooManyLists(limit: 1)) { try await small.store.makeList(Title("Other")) }
  }

  @Test("a title that an earlier version has stored is read as it is, however long, and can be edited")
  func oldTitle() async throws {
    let id = try await store.add(["Milk"], to: groceries)[0]
    let long = String(repeating: "👩‍👩‍👧‍👦", count: 300)
    try await store.setOnlyTitle(long)
    _ = try await store.setCompleted(true, id, in: groceries)
    #expect(try await store.titles(groceries) == ["x \(long)"])
    _ = try await store.edit(id, in: groceries, title: Title("Tea"))
    #expect(try await store.titles(groceries) == ["x Tea"])
  }

  @Test("200 concurrent adds are all there, in one order, each with a revision of its own")
  func concurrent() async throws {
    let changes = try await withThrowingTaskGroup(of: Change.self) { group in
      for number in 0..<200 { group.addTask { try await store.add(Title("todo \(number)"), to: groceries) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    let list = try await store.list(groceries)
    #expect(changes.map(\.revision).sorted() == Array(1...200))
    #expect(list.todos.map(\.id) == changes.sorted { $0.revision < $1.revision }.compactMap(\.added))
    #expect(Set(list.todos.map(\.title)).count == 200)
  }

  @Test("a command that fails beside others in one commit undoes only itself")
  func failingAlone() async throws {
    let results = await withTaskGroup(of: Bool.self) { group in
      for number in 0..<100 {
        group.addTask {
          do {
            if number % 2 == 0 {
              _ = try await store.add(Title("todo \(number)"), to: groceries)
            } else {
              _ = try await store.delete(-1, in: groceries)
            }
            return true
          } catch { return false }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(results.filter { $0 }.count == 50)
    #expect(try await store.list(groceries).todos.count == 50)
  }
}
