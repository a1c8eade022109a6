import LibeventHTTP
import Logging

/// A client of an application that answers without a port, for tests.
///
/// ```swift
/// let client = RouterClient(router)
/// let response = try await client.execute(.post, "/todos/groceries", body: "newTodo=Milk")
/// #expect(response.status == .created)
/// ```
///
/// A request goes through what a server's connection has for it, from its bytes to the status of an error, the answer's
/// `X-Request-Id` and what HEAD is not sent. Handlers run in the caller's task, which can be cancelled.
public struct RouterClient: Sendable {
  private let exchange: RequestExchange

  /// Creates a client of a router.
  ///
  /// - Parameters:
  ///   - router: finds the handlers.
  ///   - configuration: what the server would have: limits of requests, a proxy in front, what becomes of refusals.
  ///   - logger: is told what the server's would be.
  public init(
    _ router: Router, configuration: ServerConfiguration = ServerConfiguration(),
    logger: Logger = Logger(label: "router-client")
  ) {
    exchange = RequestExchange(Server(configuration: configuration, logger: logger, router: router))
  }

  /// Creates a client of a function that answers all requests.
  ///
  /// - Parameters:
  ///   - responder: answers a request.
  ///   - configuration: what the server would have: limits of requests, a proxy in front, what becomes of refusals.
  ///   - logger: is told what the server's would be.
  public init(
    _ responder: @escaping Responder, configuration: ServerConfiguration = ServerConfiguration(),
    logger: Logger = Logger(label: "router-client")
  ) {
    exchange = RequestExchange(Server(configuration: configuration, logger: logger, responder: responder))
  }

  /// Sends a request and returns the whole response, of a stream all until its end.
  ///
  /// - Parameters:
  ///   - method: what is asked for.
  ///   - path: the path, percent-encoded, with a query behind a `?` where there is one.
  ///   - headers: the header fields; `Host` and the body's length are added where they are missing.
  ///   - body: the body's bytes, of a text its `utf8`.
  ///   - client: where the request comes from.
  /// - Throws: `CancellationError` where the task is cancelled and the handler heeds that.
  public func execute(
    _ method: HTTPMethod, _ path: String, headers: Headers = [:], body: some Collection<UInt8> = [],
    client: ClientAddress = .loopback
  ) async throws -> TestResponse {
    let request = TestRequest(method: method, path: path, headers: headers, body: Array(body))
    let answer = try await exchange.answer(request.bytes, from: client)
    var bytes = answer.body?.bytes ?? []
    if case .stream(let fill)? = answer.body?.content {
      bytes = try await TestStream.with(answer, filledBy: fill) { await $0.rest() }
    }
    return TestResponse(status: answer.status, headers: answer.headers, body: bytes)
  }

  /// Sends a request whose body is a text, and returns the whole response, of a stream all until its end.
  ///
  /// - Parameters:
  ///   - method: what is asked for.
  ///   - path: the path, percent-encoded, with a query behind a `?` where there is one.
  ///   - headers: the header fields; `Host` and the body's length are added where they are missing.
  ///   - body: the body, sent as UTF-8.
  ///   - client: where the request comes from.
  /// - Throws: `CancellationError` where the task is cancelled and the handler heeds that.
  public func execute(
    _ method: HTTPMethod, _ path: String, headers: Headers = [:], body: String, client: ClientAddress = .loopback
  ) async throws -> TestResponse {
    try await execute(method, path, headers: headers, body: body.utf8, client: client)
  }

  /// Opens a stream with GET, and returns what `body` does with it. Leaving `body` is the client's leaving; the handler
  /// has returned then.
  ///
  /// ```swift
  /// try await client.stream("/subscribe/groceries") { stream in
  ///   #expect(await stream.text(until: "Milk").contains("event: datastar-patch-elements"))
  /// }
  /// ```
  ///
  /// What fills the stream runs on an event loop, as it does in a server. A response that is no stream is one that ends.
  /// There are no heartbeats.
  ///
  /// - Parameters:
  ///   - path: the path, percent-encoded, with a query behind a `?` where there is one.
  ///   - headers: the header fields; `Host` is added where it is missing.
  ///   - client: where the request comes from.
  ///   - body: reads the stream.
  /// - Throws: what `body` throws, and `HTTPServerError` where the system has no room for one more stream.
  public func stream<Result>(
    _ path: String, headers: Headers = [:], client: ClientAddress = .loopback,
    _ body: (TestStream) async throws -> Result
  ) async throws -> Result {
    let request = TestRequest(method: .get, path: path, headers: headers, body: [])
    let answer = try await exchange.answer(request.bytes, from: client)
    if case .stream(let fill)? = answer.body?.content {
      return try await TestStream.with(answer, filledBy: fill, body)
    }
    let bytes = answer.body?.bytes ?? []
    return try await TestStream.with(
      answer,
      filledBy: { stream in
        await stream.send(bytes)
        await stream.finish()
      }, body)
  }
}
