import DatastarPubSub
import LibeventHTTP

extension Response {
  /// Returns a response of the events that `build` collects, with nothing after them.
  public static func events(_ build: (inout EventCollector) throws -> Void) rethrows -> Response {
    Response(headers: EventStream.headers, body: try EventCollector.bytes(build))
  }

  /// Returns a response of events that are in their wire form already, compressed where the request takes that and it is
  /// worth it.
  public static func events(_ bytes: [UInt8], to request: Request) -> Response {
    let isCompressed = bytes.count > 512 && AcceptEncoding.allowsGzip(request.headers)
    var response = Response(headers: EventStream.headers, body: isCompressed ? Gzip.compress(bytes) : bytes)
    AcceptEncoding.describe(isGzip: isCompressed, in: &response.headers)
    return response
  }
}
