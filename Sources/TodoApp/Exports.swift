import Datastar
import HTTPServer
import Todos

/// Lists as JSON and as Markdown.
struct Exports: Sendable {
  let store: TodoStore

  func add(to router: inout Router) {
    router.getList("/lists", ending: ".json") { _, name in
      Response(headers: ["Content-Type": "application/json"], body: Self.json(try await list(name)))
    }
    router.getList("/lists", ending: ".md") { _, name in
      Response(headers: ["Content-Type": "text/markdown; charset=utf-8"], body: Self.markdown(try await list(name)))
    }
  }

  /// - Throws: `TodosError.noSuchList`: unlike a page, a file of a list that is not there would be taken for one.
  private func list(_ name: ListName) async throws -> TodoList {
    let list = try await store.list(name)
    guard list.exists else { throw TodosError.noSuchList(name) }
    return list
  }

  private static func json(_ list: TodoList) -> [UInt8] {
    let todos = list.todos.map { todo in
      SignalValue.object([
        "id": .number(Double(todo.id)), "title": .string(todo.title), "completed": .bool(todo.isCompleted),
      ])
    }
    let object: SignalObject = [
      "name": .string(list.name.text), "title": .string(list.title), "revision": .number(Double(list.revision)),
      "todos": .array(todos),
    ]
    return object.json + [0x0A]
  }

  private static func markdown(_ list: TodoList) -> [UInt8] {
    let lines = list.todos.map { "- [\($0.isCompleted ? "x" : " ")] \($0.title)\n" }
    return Array("# \(list.title)\n\n\(lines.joined())".utf8)
  }
}
