import HTTPServer
import Todos

/// The one place where the store's errors become statuses.
enum TodosErrors {
  static func answered(_ responder: @escaping Responder) -> Responder {
    { request in
      do {
        return try await responder(request)
      } catch let error as TodosError {
        let status = status(of: error)
        throw HTTPError(status, error.description, retryAfter: status == .serviceUnavailable ? 1 : nil)
      }
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
