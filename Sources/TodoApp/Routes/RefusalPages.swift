import LibeventHTTP
import TodoStorage

/// Shows people why their request was refused: as a page with a way back, where a browser asks for one by itself.
///
/// The one place for it: whoever refuses, the server, a check, the router or a command, says a status and a line of
/// text, which programs get as it is.
struct RefusalPages: Sendable {
  let views: Views
  let security: SecurityHeaders

  /// Makes of a refusal what the client is answered with.
  func shown(_ refusal: Response, path: String, headers: Headers) -> Response {
    var response = refusal
    if let reason = refusal.refusalReason, Self.wantsPage(headers) {
      response.body = .bytes(views.page(RefusalView(refusal.status, reason, list: Self.list(in: path))))
      response.headers["Content-Type"] = "text/html; charset=utf-8"
    }
    security.add(to: &response)
    return response
  }

  /// Datastar takes HTML as well, and does not show it where the status is not 200.
  private static func wantsPage(_ headers: Headers) -> Bool {
    let accepted = headers.combined("Accept")?.lowercased() ?? ""
    return accepted.contains("text/html") && headers["Datastar-Request"] == nil
  }

  /// The list that a path is about, whatever is asked of it.
  private static func list(in path: String) -> ListName? {
    let segments = path.split(separator: "/")
    guard segments.count >= 2, ["lists", "todos", "subscribe"].contains(segments[0]) else { return nil }
    return try? ListName(segments[1].prefix { $0 != "." }.lowercased())
  }
}
