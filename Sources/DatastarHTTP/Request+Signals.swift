import Datastar
import HTTPServer

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
    do {
      switch method {
      case .get, .head, .delete: return try Signals(json: (queryFields()["datastar"] ?? "{}").utf8)
      default: return try Signals(json: body)
      }
    } catch let error as SignalsError {
      throw HTTPError(.badRequest, "the signals are not valid: \(error)")
    } catch {
      throw HTTPError(.badRequest, "the query has a broken percent escape or is not UTF-8")
    }
  }
}
