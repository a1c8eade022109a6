import Logging

/// Has requests answered, and says so in the log: the one place in which errors become responses.
final class RequestHandler: Sendable {
  let log: RequestLog
  private let refusal: @Sendable (_ response: Response, _ path: String, _ headers: Headers) -> Response
  private let responder: Responder

  init(_ configuration: ServerConfiguration, logger: Logger, responder: @escaping Responder) {
    log = RequestLog(logger, configuration)
    (refusal, self.responder) = (configuration.refusal, responder)
  }

  /// Returns what a request is answered with; nil where its handler has given up because the client has left.
  func respond(to request: Request) async -> Response? {
    let start = ContinuousClock.now
    var response: Response
    do {
      response = try await responder(request)
      if let obstacle = response.obstacle { throw obstacle }
    } catch let error as HTTPError {
      response = Response(error)
    } catch {
      // Whatever it is, it comes of the cancellation: libraries have errors of their own for that.
      if Task.isCancelled {
        log.abandoned(request, error)
        return nil
      }
      log.failed(request, error)
      response = .failure
    }
    response.headers["X-Request-Id"] = request.id.description
    log.answered(request, response, after: .now - start)
    return response
  }

  /// Returns a refusal as the application would have it look.
  func dressed(_ response: Response, _ head: RequestHead) -> Response {
    let dressed = refusal(response, head.path, head.headers)
    guard let obstacle = dressed.obstacle else { return dressed }
    log.failed(head.path, obstacle)
    return response
  }
}
