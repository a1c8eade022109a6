import LibeventHTTP
import TodoStorage

/// The pages, rendered whole, so that they are there at once and without script.
struct ListPages: Sendable {
  let store: any TodoStore
  let views: Views
  let renders: RenderCache

  func add(to router: inout Router) {
    router.get("/") { request in
      let undo = try await deletion(request.queryFields()["undo"], on: nil)
      return try await renders.response(to: request, .index(undo: undo), of: await store.state()) {
        let index = try await store.lists()
        return .init(revision: index.revision, bytes: views.page(of: index, undo: undo))
      }
    }
    router.getList("/lists") { request, name in
      let query = try request.queryFields()
      let filter = Filter(query["filter"])
      let (editing, undo) = (query["edit"].flatMap(Todo.ID.init), try await deletion(query["undo"], on: name))
      let notice = query["skipped"].flatMap { Int($0) }.flatMap(SkippedLines.init)?.notice
      let content = RenderCache.Content.page(name, filter, editing: editing, undo: undo, notice: notice)
      return try await renders.response(to: request, content, of: await store.state(of: name)) {
        let list = try await store.list(name)
        let bytes = views.page(of: list, filter: filter, editing: editing, undo: undo, notice: notice)
        return .init(revision: list.exists ? list.revision : nil, bytes: bytes)
      }
    }
  }

  /// What can be undone by that number, as far as it still can, on the page of a list or on that of all lists.
  private func deletion(_ text: String?, on list: ListName?) async throws -> Deletion? {
    guard let id = text.flatMap(DeletionID.init), let deletion = try await store.deletion(id) else { return nil }
    // Numbers can be guessed, and the pages of unlisted lists cannot.
    return deletion.list.isUnlisted && deletion.list != list ? nil : deletion
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
