/// From a request to its answer without a connection between them, for tests.
///
/// What is read, refused, logged and answered is what a connection would have it be; nothing is counted.
package struct RequestExchange: Sendable {
  private let configuration: ServerConfiguration
  private let handler: RequestHandler

  /// What a client is sent.
  package struct Answer: Sendable {
    package let status: HTTPStatus
    package let headers: Headers
    /// Nil where there is none: a request of HEAD, or a status that has none.
    package let body: Response.Body?
  }

  /// - Parameter server: what would answer, which need not be started.
  package init(_ server: Server) {
    configuration = server.configuration
    handler = RequestHandler(server.configuration, logger: server.logger, responder: server.responder)
  }

  /// Answers a request's bytes.
  ///
  /// - Throws: `CancellationError` where the handler has given up because the task was cancelled.
  package func answer(_ bytes: [UInt8], from client: ClientAddress) async throws -> Answer {
    let limits = configuration.requests
    var reader = RequestReader(limits: limits, largeBodies: LargeBodies(limit: limits.largeBodies))
    reader.append(bytes)
    let received: ReceivedRequest
    do throws(HTTPError) {
      guard let request = try reader.next() else { throw HTTPError(.badRequest, "the request is not complete") }
      received = request
    } catch {
      handler.log.refused(client, error)
      return answer(Response(error), to: reader.wholeHead)
    }
    let head = received.head
    let client = configuration.isBehindProxy ? head.headers.forwardedClient : client
    guard let response = await handler.respond(to: Request(received, from: client)) else { throw CancellationError() }
    return answer(response, to: head)
  }

  private func answer(_ response: Response, to head: RequestHead?) -> Answer {
    var response = response
    if response.status.isRefusal, let head { response = handler.dressed(response, head) }
    let hasBody = response.status.hasBody && head?.method != .head
    return Answer(
      status: response.status, headers: response.headers.withoutServers, body: hasBody ? response.body : nil)
  }
}
