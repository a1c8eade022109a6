import DatastarPubSub
import HTTPServer
import Logging

extension EventStream {
  /// Returns a response to a request: a stream that `body` fills.
  ///
  /// When `body` returns, a stream that has subscribed to a topic stays open, and any other is ended. An error that it
  /// throws ends the stream and is logged: the status has been sent by then. A client that takes gzip gets it.
  ///
  /// - Parameter manager: what ``subscribe(_:)`` subscribes at; `PubSub`'s where none is given.
  public static func response(
    to request: Request, manager: Manager? = nil, logger: Logger = Logger(label: "datastar"),
    _ body: @escaping @Sendable (EventStream) async throws -> Void
  ) -> Response {
    let lastEventID = request.headers["Last-Event-ID"]
    let version = (lastEventID ?? (try? request.queryFields()["after"])).flatMap { Int64($0) }
    let isCompressed = AcceptEncoding.allowsGzip(request.headers)
    var headers = headers
    AcceptEncoding.describe(isGzip: isCompressed, in: &headers)
    return Response(headers: headers) { response in
      let stream = EventStream(
        response, manager: manager, lastEventID: lastEventID,
        clientVersion: version.map { Payload.Version(revision: $0) }, isCompressed: isCompressed, logger: logger)
      do {
        try await body(stream)
        if !stream.isSubscribed { stream.end() }
      } catch {
        logger.error("a stream's handler failed", metadata: ["error": "\(error)"])
        stream.end()
      }
    }
  }

  /// What every stream is sent with: never stored, and never held back by a proxy.
  static let headers: Headers = [
    "Content-Type": "text/event-stream", "Cache-Control": "no-cache", "X-Accel-Buffering": "no",
  ]
}
