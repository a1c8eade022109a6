import DatastarPubSub
import HTTPServer

extension Response {
  /// Answers with the events that `build` collects, and nothing after them.
  public static func events(_ build: (inout EventCollector) throws -> Void) rethrows -> Response {
    var events = EventCollector()
    try build(&events)
    return Response(headers: EventStream.headers, body: events.bytes)
  }
}
