import DatastarHTTP
import LibeventHTTP
import TodoStorage

/// The commands on the todos of a list. Each one changes the store and is done: what the pages show is not its business.
struct TodoCommands: Sendable {
  let store: any TodoStore
  let writes: WriteLimit

  func add(to router: inout Router) {
    router.post("/todos/:list", addTodo)
    router.post("/todos/:list/toggle-all", toggleAll)
    router.post("/todos/:list/clear-completed", clearCompleted)
    router.post("/todos/:list/:id/toggle", toggle)
    router.post("/todos/:list/:id/edit", edit)
    router.post("/todos/:list/:id/delete", delete)
    router.post("/todos/:list/:id/move", move)
    router.post("/undo/:deletion", undo)
  }

  private func addTodo(_ request: Request) async throws -> Response {
    let list = try request.listName()
    let title = try Title(CommandInput(request).text("newTodo"))
    let change = try await store.add(title, to: list, key: request.commandKey())
    return CommandResult.response(
      to: request, .created, page: "/lists/\(change.list)", location: "/lists/\(change.list)#todo-\(change.added ?? 0)")
  }

  private func toggle(_ request: Request) async throws -> Response {
    let completed = try CommandInput(request).bool("completed")
    return try await done(
      request,
      store.setCompleted(completed, request.todoID(), in: request.listName(), key: request.commandKey()))
  }

  private func toggleAll(_ request: Request) async throws -> Response {
    let completed = try CommandInput(request).bool("completed")
    return try await done(
      request,
      writes.carryOut(request) {
        try await store.setAllCompleted(completed, in: request.listName(), key: request.commandKey())
      })
  }

  /// As TodoMVC has it, a todo that is edited to nothing is deleted.
  private func edit(_ request: Request) async throws -> Response {
    let (list, id, key) = (try request.listName(), try request.todoID(), try request.commandKey())
    do {
      let title = try Title(CommandInput(request).text("title"))
      return try await done(request, store.edit(id, in: list, title: title, key: key))
    } catch TodosError.blankTitle {
      return try await done(request, store.delete(id, in: list, key: key))
    }
  }

  private func delete(_ request: Request) async throws -> Response {
    try await done(request, store.delete(request.todoID(), in: request.listName(), key: request.commandKey()))
  }

  private func clearCompleted(_ request: Request) async throws -> Response {
    try await done(
      request,
      writes.carryOut(request) {
        try await store.clearCompleted(in: request.listName(), key: request.commandKey())
      })
  }

  private func move(_ request: Request) async throws -> Response {
    let input = try CommandInput(request)
    let place = try input.place("place").map(TodoPlace.number) ?? .after(input.todoID("after"))
    return try await done(
      request, store.move(request.todoID(), in: request.listName(), to: place, key: request.commandKey()))
  }

  private func undo(_ request: Request) async throws -> Response {
    guard let deletion = request.parameters["deletion"].flatMap(DeletionID.init) else {
      throw HTTPError(.notFound, "there is nothing to undo at this address")
    }
    let list = try CommandInput(request).listName("list")
    let change = try await writes.carryOut(request) {
      try await store.undo(deletion, in: list, key: request.commandKey())
    }
    return CommandResult.response(to: request, .noContent, page: "/lists/\(change.list)")
  }

  private func done(_ request: Request, _ change: Change) async throws -> Response {
    let undo = change.deletion.map { "?undo=\($0.id)" } ?? ""
    return CommandResult.response(to: request, .noContent, page: "/lists/\(change.list)\(undo)")
  }
}
