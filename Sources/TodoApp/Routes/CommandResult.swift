import Datastar
import DatastarHTTP
import DatastarLocking
import LibeventHTTP
import TodoStorage

/// How commands are answered: briefly to a program, with an event to Datastar, with a redirect to a form.
enum CommandResult {
  /// The answer to a command that was carried out.
  ///
  /// A form gets the page to go on with; everything else the status, since what changed comes by the stream.
  static func response(to request: Request, _ status: HTTPStatus, page: String, location: String? = nil) -> Response {
    if request.isForm && !request.isFromDatastar { return .seeOther(page) }
    var response = Response(status)
    if let location { response.headers["Location"] = location }
    return response
  }

  /// Shows Datastar why a command was refused, since it shows nobody what another status says.
  static func showingRefusals(by views: Views) -> Middleware {
    { request, next in
      do {
        return try await next(request)
      } catch let refusal as HTTPError where request.isFromDatastar && refusal.status == .unprocessableContent {
        return views.refusal(refusal.reason)
      }
    }
  }
}

extension Request {
  var isForm: Bool { mediaType == "application/x-www-form-urlencoded" }

  /// The list that the address names.
  func listName() throws(TodosError) -> ListName {
    try ListName(parameters["list"] ?? "")
  }

  /// By which the command is known again when it is sent again, by its method, path and body; nil where the client gives
  /// no `Idempotency-Key`.
  func commandKey() throws(TodosError) -> CommandKey? {
    guard let text = headers.combined("Idempotency-Key") else { return nil }
    let parts = [Array(method.rawValue.utf8), Array(path.utf8), body]
    return try CommandKey(text, of: parts.joined(separator: [0]).digest)
  }

  /// The todo that the address names.
  ///
  /// - Throws: `HTTPError` 404 for what is not a number.
  func todoID() throws(HTTPError) -> Todo.ID {
    guard let id = parameters["id"].flatMap(Todo.ID.init) else {
      throw HTTPError(.notFound, "there is no todo \(parameters["id"] ?? ""): ids are numbers")
    }
    return id
  }
}
