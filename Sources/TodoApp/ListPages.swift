import HTTPServer
import Todos

/// The pages, rendered whole, so that they are there at once and without script.
struct ListPages: Sendable {
  let store: TodoStore
  let views: Views
  private let cache = PageCache()

  init(store: TodoStore, views: Views) {
    (self.store, self.views) = (store, views)
  }

  func add(to router: inout Router) {
    router.get("/") { request in
      let query = try request.queryFields()
      return .html(views.page(of: try await store.lists(), undo: try await deletion(query["undo"], on: nil)))
    }
    router.getList("/lists") { request, name in
      let query = try request.queryFields()
      let filter = Filter(query["filter"])
      let (editing, undo) = (query["edit"].flatMap(Todo.ID.init), try await deletion(query["undo"], on: name))
      let skipped = query["skipped"].flatMap { Int($0) }.flatMap(SkippedLines.init)
      if editing == nil && undo == nil && skipped == nil {
        let isCompressed = AcceptEncoding.allowsGzip(request.headers)
        return try await page(PageCache.Key(list: name, filter: filter, isCompressed: isCompressed))
      }
      return .html(
        views.page(
          of: try await store.list(name), filter: filter, editing: editing, undo: undo, notice: skipped?.notice))
    }
  }

  /// What can be undone by that number, as far as it still can, on the page of a list or on that of all lists.
  private func deletion(_ text: String?, on list: ListName?) async throws -> Deletion? {
    guard let id = text.flatMap(DeletionID.init), let deletion = try await store.deletion(id) else { return nil }
    // Numbers can be guessed, and the pages of unlisted lists cannot.
    return deletion.list.isUnlisted && deletion.list != list ? nil : deletion
  }

  /// The page as it is shown to everybody, rendered once a revision.
  private func page(_ key: PageCache.Key) async throws -> Response {
    var response = Response.html([])
    AcceptEncoding.describe(isGzip: key.isCompressed, in: &response.headers)
    if let revision = try store.revision(of: key.list), let page = cache.page(key, revision) {
      response.body = page
      return response
    }
    let list = try await store.list(key.list)
    let plain = views.page(of: list, filter: key.filter)
    let page = key.isCompressed ? Gzip.compress(plain) : plain
    response.body = list.exists ? cache.keep(page, key, list.revision) : .bytes(page)
    return response
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
