import Logging

/// What the log says of requests and streams.
struct RequestLog: Sendable {
  private let logger: Logger
  private let configuration: ServerConfiguration

  /// A longer id of a proxy's is none.
  private static let idLimit = 128

  init(_ logger: Logger, _ configuration: ServerConfiguration) {
    (self.logger, self.configuration) = (logger, configuration)
  }

  /// A request that has been answered.
  func answered(_ request: Request, _ response: Response, after time: Duration) {
    let level: Logger.Level = configuration.quietPaths.contains(request.path) ? .debug : .info
    guard level >= logger.logLevel else { return }
    var fields = fields(of: request)
    fields["method"] = "\(request.method.rawValue)"
    fields["status"] = "\(response.status.code)"
    fields["microseconds"] = "\(Int(time / .microseconds(1)))"
    if let reason = response.refusalReason { fields["reason"] = "\(configuration.logged(reason))" }
    logger.log(level: level, "request", metadata: fields)
  }

  /// A request whose handler has thrown what is no answer.
  func failed(_ request: Request, _ error: any Error) {
    logger.error("a handler failed", metadata: fields(of: request).merging(["error": "\(error)"]) { $1 })
  }

  /// A refusal that the application has made into what cannot be sent.
  func failed(_ path: String, _ obstacle: ResponseObstacle) {
    let fields: Logger.Metadata = ["path": "\(configuration.logged(path))", "error": "\(obstacle)"]
    logger.error("a refusal is sent as it was", metadata: fields)
  }

  /// A request whose handler has given up because the client has left.
  func abandoned(_ request: Request, _ error: any Error) {
    guard .info >= logger.logLevel else { return }
    var fields = fields(of: request)
    fields["method"] = "\(request.method.rawValue)"
    if !(error is CancellationError) { fields["error"] = "\(error)" }
    logger.info("the client has left before it was answered", metadata: fields)
  }

  /// A request that was refused before there was a handler to ask.
  func refused(_ client: ClientAddress, _ error: HTTPError) {
    logger.info(
      "refused",
      metadata: [
        "client": "\(client)", "status": "\(error.status.code)", "reason": "\(configuration.logged(error.reason))",
      ])
  }

  /// A stream that has been closed.
  func ended(_ stream: ResponseStream, _ reason: String, _ request: Request, after time: Duration) {
    guard .info >= logger.logLevel else { return }
    var fields = fields(of: request)
    fields["seconds"] = "\(Int(time / .seconds(1)))"
    fields["bytes"] = "\(stream.writtenBytes)"
    fields["reason"] = "\(reason)"
    logger.info("stream ended", metadata: fields)
  }

  /// What is said of a request wherever it is spoken of. Only what the proxy in front is trusted with is told on.
  private func fields(of request: Request) -> Logger.Metadata {
    var fields: Logger.Metadata = [
      "request": "\(request.id)", "path": "\(configuration.logged(request.path))", "client": "\(request.client)",
    ]
    guard configuration.isBehindProxy else { return fields }
    for (header, name) in [("X-Request-Id", "proxy_request"), ("traceparent", "traceparent")] {
      if let id = request.headers[header], id.utf8.count <= Self.idLimit { fields[name] = "\(id)" }
    }
    return fields
  }
}
