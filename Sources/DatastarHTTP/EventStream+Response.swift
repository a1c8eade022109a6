import Datastar
import DatastarPubSub
import LibeventHTTP
import Logging

extension Broadcaster {
  /// Returns a response to a request: a stream that `body` fills, and that can subscribe to this broadcaster's topics.
  ///
  /// ```swift
  /// router.get("/subscribe/:list") { request in
  ///   broadcaster.stream(request) { stream in
  ///     try await stream.subscribe("todos:groceries", after: stream.clientVersion)
  ///   }
  /// }
  /// ```
  ///
  /// When `body` returns, a stream that has subscribed to a topic stays open, and any other is ended. An error that it
  /// throws ends the stream and is logged: the status has been sent by then. A client that takes gzip gets it.
  public func stream(
    _ request: Request, logger: Logger = Logger(label: "datastar"),
    _ body: @escaping @Sendable (EventStream) async throws -> Void
  ) -> Response {
    EventStream.response(to: request, of: manager, logger, body)
  }
}

extension PubSub {
  /// Returns a response to a request: a stream that `body` fills, and that can subscribe to topics; see
  /// `Broadcaster.stream(_:logger:_:)`.
  ///
  /// - Throws: `PubSubError.notConfigured` before `PubSub.configure`.
  public static func stream(
    _ request: Request, logger: Logger = Logger(label: "datastar"),
    _ body: @escaping @Sendable (EventStream) async throws -> Void
  ) throws(PubSubError) -> Response {
    try broadcaster.stream(request, logger: logger, body)
  }
}

extension EventStream {
  /// Returns a response to a request: a stream of what `body` sends and of no topic, which ends when `body` returns.
  ///
  /// An error that `body` throws ends the stream and is logged: the status has been sent by then. A client that takes
  /// gzip gets it.
  public static func response(
    to request: Request, logger: Logger = Logger(label: "datastar"),
    _ body: @escaping @Sendable (EventStream) async throws -> Void
  ) -> Response {
    response(to: request, of: nil, logger, body)
  }

  /// - Parameter manager: what the stream subscribes at; nil for one that cannot.
  fileprivate static func response(
    to request: Request, of manager: Manager?, _ logger: Logger,
    _ body: @escaping @Sendable (EventStream) async throws -> Void
  ) -> Response {
    let isCompressed = AcceptEncoding.allowsGzip(request.headers)
    var headers = headers
    AcceptEncoding.describe(isGzip: isCompressed, in: &headers)
    return Response(headers: headers) { response in
      let stream = EventStream(
        response, manager: manager, lastEventID: request.headers["Last-Event-ID"],
        clientVersion: clientVersion(of: request), isCompressed: isCompressed, logger: logger)
      do {
        try await body(stream)
        if stream.connection == nil { stream.finish() }
      } catch {
        // Where the client has left, it was told to give up.
        if !Task.isCancelled { logger.error("a stream's handler failed", metadata: ["error": "\(error)"]) }
        stream.finish()
      }
    }
  }

  /// Returns the state that a client says it shows, by its `Last-Event-ID` or by `after` in the query; nil where it says
  /// nothing that can be read.
  public static func clientVersion(of request: Request) -> Payload.Version? {
    Payload.Version(eventID: request.headers["Last-Event-ID"] ?? (try? request.queryFields()["after"]))
  }

  /// What every stream is sent with.
  static let headers = {
    var headers: Headers = [:]
    for (name, value) in ServerSentEvent.responseHeaders { headers[name] = value }
    return headers
  }()
}
