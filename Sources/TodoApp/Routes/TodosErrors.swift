import LibeventHTTP
import TodoStorage

/// The one place where the store's errors become statuses.
struct TodosErrors: Sendable {
  /// Is told of all of them.
  let watch: StoreWatch

  func translate(_ request: Request, _ next: Responder) async throws -> Response {
    do {
      return try await next(request)
    } catch let error as TodosError {
      watch.note(error)
      let status = Self.status(of: error)
      throw HTTPError(status, error.description, retryAfter: status == .serviceUnavailable ? 1 : nil)
    }
  }

  private static func status(of error: TodosError) -> HTTPStatus {
    switch error {
    case .noSuchList, .noSuchTodo, .noSuchDeletion, .invalidListName: .notFound
    case .invalidCommandKey: .badRequest
    case .blankTitle, .titleTooLong, .titleTooLarge, .controlCharacter, .tooManyTodos, .titlesTooLarge, .tooManyLists,
      .usedCommandKey:
      .unprocessableContent
    case .unavailable, .cannotOpen: .serviceUnavailable
    }
  }
}
