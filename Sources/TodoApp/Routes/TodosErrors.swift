import LibeventHTTP
import Todos

/// The one place where the store's errors become statuses.
enum TodosErrors {
  static func answered(_ responder: @escaping Responder, notedBy watch: StoreWatch) -> Responder {
    { request in
      do {
        return try await responder(request)
      } catch {
        if let error = error as? TodosError { watch.note(error) }
        throw refusal(for: error) ?? error
      }
    }
  }

  /// What an error is answered with; nil for one that is a fault of the program.
  static func refusal(for error: any Error) -> HTTPError? {
    guard let error = error as? TodosError else { return error as? HTTPError }
    let status = status(of: error)
    return HTTPError(status, error.description, retryAfter: status == .serviceUnavailable ? 1 : nil)
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
