import Datastar
import HTTPServer
import Todos

/// Lists as JSON and as Markdown.
struct Exports: Sendable {
  let store: TodoStore

  func add(to router: inout Router) {
    router.get("/lists/:list.json") { request in
      let list = try await store.list(try request.listName())
      return Response(headers: ["Content-Type": "application/json"], body: Self.json(list))
    }
    router.get("/lists/:list.md") { request in
      let list = try await store.list(try request.listName())
      return Response(headers: ["Content-Type": "text/markdown; charset=utf-8"], body: Self.markdown(list))
    }
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
