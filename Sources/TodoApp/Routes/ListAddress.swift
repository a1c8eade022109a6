import LibeventHTTP
import TodoStorage

extension Router {
  /// Adds what is read at a list's address below `prefix`, with an ending or without, and leads there from the ways in
  /// which people write it: in upper case, and with a slash behind.
  mutating func getList(
    _ prefix: String, ending: String = "",
    _ handler: @escaping @Sendable (Request, ListName) async throws -> Response
  ) {
    get("\(prefix)/:list\(ending)") { request in
      if let name = try? request.listName() {
        var response = try await handler(request, name)
        if name.isUnlisted { response.headers["X-Robots-Tag"] = "noindex" }
        return response
      }
      return try Self.redirection(of: request, to: prefix, ending)
    }
    get("\(prefix)/:list\(ending)/") { request in try Self.redirection(of: request, to: prefix, ending) }
  }

  /// - Throws: `TodosError.invalidListName` for what is a list's name in no case.
  private static func redirection(of request: Request, to prefix: String, _ ending: String) throws -> Response {
    let name = try ListName((request.parameters["list"] ?? "").lowercased())
    let query = request.query.map { "?\($0)" } ?? ""
    // Permanently, since one name never means another. All that comes here is GET or HEAD, which 301 leaves alone, and
    // unlike 308 it is known to every client there is.
    return Response(.movedPermanently, headers: ["Location": "\(prefix)/\(name)\(ending)\(query)"])
  }
}
