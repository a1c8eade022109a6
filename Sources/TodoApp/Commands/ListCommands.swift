import LibeventHTTP
import TodoStorage

/// The commands on whole lists.
struct ListCommands: Sendable {
  let store: any TodoStore
  let views: Views
  let writes: WriteLimit
  let work: LargeWork

  func add(to router: inout Router) {
    router.post("/lists", makeList)
    router.post("/lists/:list/rename", rename)
    router.post("/lists/:list/delete", delete)
    router.post("/lists/:list/import", bodyLimit: ImportedList.largestBody(store.limits), importTodos)
  }

  private func makeList(_ request: Request) async throws -> Response {
    let input = try CommandInput(request)
    let change = try await store.makeList(
      Title(input.text("newList")), isUnlisted: input.bool("unlisted") ?? false, key: request.commandKey())
    let page = "/lists/\(change.list)"
    return CommandResult.response(to: request, .created, page: page, location: page)
  }

  private func rename(_ request: Request) async throws -> Response {
    let title = try Title(CommandInput(request).text("name"))
    let change = try await store.rename(request.listName(), to: title, key: request.commandKey())
    return CommandResult.response(to: request, .noContent, page: "/lists/\(change.list)")
  }

  private func delete(_ request: Request) async throws -> Response {
    let change = try await writes.carryOut(request) {
      try await store.deleteList(request.listName(), key: request.commandKey())
    }
    let undo = change.deletion.map { "?undo=\($0.id)" } ?? ""
    // An unlisted list is spoken of on its own page alone.
    let page = change.list.isUnlisted ? "/lists/\(change.list)" : "/"
    return CommandResult.response(to: request, .noContent, page: page + undo)
  }

  /// To read a byte takes about as long as to render so many.
  private static let workPerByte = 8

  /// Adds all that has been read to the list, or nothing; people are told how many lines were passed over.
  private func importTodos(_ request: Request) async throws -> Response {
    let list = try request.listName()
    var skippedLines = 0
    let change = try await writes.carryOut(request) {
      // Off the loop, which would serve nobody else for as long as it takes to read megabytes, and one after the other,
      // since many at once would leave no thread to what others wait for.
      let size = Self.workPerByte * request.body.count
      let (imported, key) = try await work.run(size, for: .command) { [limits = store.limits] in
        (try ImportedList(request, limits: limits), try request.commandKey())
      }
      skippedLines = imported.skippedLines
      return try await store.add(imported.todos, to: list, titled: imported.title, key: key)
    }
    let page = "/lists/\(change.list)"
    guard let skipped = SkippedLines(skippedLines) else {
      return CommandResult.response(to: request, .created, page: page, location: page)
    }
    if request.isFromDatastar { return views.notice(skipped.notice) }
    return CommandResult.response(to: request, .created, page: "\(page)?skipped=\(skipped.count)", location: page)
  }
}

/// How many lines of an import were no items.
struct SkippedLines {
  let count: Int

  /// - Returns: nil where there were none.
  init?(_ count: Int) {
    guard count > 0 else { return nil }
    self.count = count
  }

  /// What is said of them.
  var notice: String {
    count == 1
      ? "1 line was no item of a list and was skipped" : "\(count) lines were no items of a list and were skipped"
  }
}
