import DatastarPubSub
import LibeventHTTP

extension Response {
  /// Answers with the events that `build` collects, and nothing after them.
  public static func events(_ build: (inout EventCollector) throws -> Void) rethrows -> Response {
    Response(headers: EventStream.headers, body: try EventCollector.bytes(build))
  }

  /// Answers a request with events that are in their wire form already, compressed where it takes that and it is worth it.
  public static func events(_ bytes: [UInt8], to request: Request) -> Response {
    let isCompressed = bytes.count > 512 && AcceptEncoding.allowsGzip(request.headers)
    var response = Response(headers: EventStream.headers, body: isCompressed ? Gzip.compress(bytes) : bytes)
    AcceptEncoding.describe(isGzip: isCompressed, in: &response.headers)
    return response
  }
}
