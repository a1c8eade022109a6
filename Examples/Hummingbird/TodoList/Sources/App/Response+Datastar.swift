import DatastarPubSub
import HTTPTypes
import Hummingbird

extension Response {
  /// Returns a response that follows a topic: first what is newer than what the client says it shows, then live.
  ///
  /// A client that reads slowly holds the newest state and no more; one that leaves ends the subscription.
  static func following(_ topic: Topic, of broadcaster: Broadcaster, for request: Request) -> Response {
    let lastEventID = HTTPField.Name("Last-Event-ID").flatMap { request.headers[$0] }
    let version = Payload.Version(eventID: lastEventID ?? request.uri.queryParameters.get("after"))
    let headers: HTTPFields = [.contentType: "text/event-stream", .cacheControl: "no-cache"]
    let body = ResponseBody { writer in
      try await request.body.consumeWithCancellationOnInboundClose { _ in
        for await frame in broadcaster.frames(of: topic, after: version) {
          try await writer.write(ByteBuffer(bytes: frame.payload.bytes))
        }
      }
      try await writer.finish(nil)
    }
    return Response(status: .ok, headers: headers, body: body)
  }
}
