import Datastar
import LibeventHTTP

extension Request {
  /// Whether the request was made by the Datastar client, which shows events and no other answers.
  public var isFromDatastar: Bool { headers["Datastar-Request"] == "true" }

  /// The signals that the browser sent: with GET and DELETE in the query's `datastar`, otherwise as the JSON body.
  ///
  /// No `datastar` in the query is no signals.
  ///
  /// - Throws: `HTTPError` 400 for what is not a JSON object, with the reason.
  /// - Source: Datastar SDK ADR, "ReadSignals".
  public func signals() throws(HTTPError) -> Signals {
    let json =
      switch method {
      case .get, .head, .delete: Array((try queryFields()["datastar"] ?? "{}").utf8)
      default: body
      }
    do {
      return try Signals(json: json)
    } catch {
      throw HTTPError(.badRequest, "the signals are not valid: \(error)")
    }
  }

  /// The signals that the browser sent, as a type of yours; names that it does not know are ignored.
  ///
  /// ```swift
  /// struct AddTodo: Decodable { var newTodo: String }
  /// let title = try request.signals(as: AddTodo.self).newTodo
  /// ```
  ///
  /// - Throws: `HTTPError` 400 for what is not a JSON object, and for one that does not fit the type, with the name of the
  ///   signal that does not.
  public func signals<Value: Decodable>(as type: Value.Type) throws(HTTPError) -> Value {
    let signals = try signals()
    do {
      return try signals.decode(type)
    } catch {
      throw HTTPError(.badRequest, "the signals are not valid: \(error)")
    }
  }
}
