import Datastar
import LibeventHTTP
import TodoStorage

/// Lists as JSON and as Markdown.
struct Exports: Sendable {
  let store: any TodoStore
  let renders: RenderCache

  func add(to router: inout Router) {
    router.getList("/lists", ending: ".json") { request, name in
      try await response(to: request, .json(name), name, type: "application/json", Self.json)
    }
    router.getList("/lists", ending: ".md") { request, name in
      try await response(to: request, .markdown(name), name, type: "text/markdown; charset=utf-8", Self.markdown)
    }
  }

  private func response(
    to request: Request, _ content: RenderCache.Content, _ name: ListName, type: String,
    _ render: @escaping @Sendable (TodoList) -> [UInt8]
  ) async throws -> Response {
    try await renders.response(to: request, content, of: await store.state(of: name), type: type) {
      let list = try await store.list(name)
      // Unlike a page, a file of a list that is not there would be taken for one.
      guard list.exists else { throw TodosError.noSuchList(name) }
      return .init(revision: list.revision, bytes: render(list))
    }
  }

  @Sendable private static func json(_ list: TodoList) -> [UInt8] {
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

  @Sendable private static func markdown(_ list: TodoList) -> [UInt8] {
    let lines = list.todos.map { "- [\($0.isCompleted ? "x" : " ")] \($0.title)\n" }
    return Array("# \(list.title)\n\n\(lines.joined())".utf8)
  }
}
