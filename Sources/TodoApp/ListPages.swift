import HTTPServer
import Todos

/// The pages, rendered whole, so that they are there at once and without script.
struct ListPages: Sendable {
  let store: TodoStore
  let views: Views

  func add(to router: inout Router) {
    router.get("/") { request in
      let query = try request.queryFields()
      return views.page(of: try await store.lists(), undo: query["undo"].flatMap(DeletionID.init))
    }
    router.get("/lists/:list") { request in
      let query = try request.queryFields()
      let list = try await store.list(try request.listName())
      return views.page(
        of: list, filter: Filter(query["filter"]), editing: query["edit"].flatMap(Todo.ID.init),
        undo: query["undo"].flatMap(DeletionID.init))
    }
  }
}

/// Which todos a page shows.
enum Filter: String, Sendable {
  case all, active, completed

  /// What is not known shows all.
  init(_ text: String?) {
    self = text.flatMap(Filter.init(rawValue:)) ?? .all
  }
}
