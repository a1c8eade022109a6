import CLibevent

/// One request, read whole.
public struct Request: Sendable {
  /// What is asked for.
  public let method: HTTPMethod
  /// The path as it was sent, percent escapes included, without the query.
  public let path: String
  /// What follows the `?`, as it was sent; nil where there is no `?`.
  public let query: String?
  /// The header fields.
  public internal(set) var headers: Headers
  /// The body's bytes; empty where there is none.
  public let body: [UInt8]
  /// The address that the connection comes from, without the port.
  public let remoteAddress: String
  /// What the route's `:name` segments matched, percent-decoded.
  public internal(set) var parameters: [String: String] = [:]
  /// The loop that the connection lives on, on which the handler runs.
  public let loop: EventLoop

  /// The media type of the body in lower case, without its parameters.
  public var mediaType: String? {
    headers["Content-Type"].map { $0.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased() }
  }

  /// The query's fields.
  ///
  /// - Throws: ``HTTPError`` 400 for a broken percent escape or for what is not UTF-8.
  public func queryFields() throws(HTTPError) -> FormFields {
    do {
      return try FormFields((query ?? "").utf8)
    } catch {
      throw HTTPError(.badRequest, "the query has a broken percent escape or is not UTF-8")
    }
  }
}

extension Request {
  /// Copies what evhttp has read; answers with an error where a part is not what HTTP allows.
  init(_ exchange: Exchange, loop: EventLoop) throws(HTTPError) {
    guard let method = HTTPMethod(evhttp_request_get_command(exchange.handle)) else {
      throw HTTPError(.badRequest, "the request's method is not known")
    }
    let uri = evhttp_request_get_evhttp_uri(exchange.handle)
    guard let rawPath = evhttp_uri_get_path(uri), let path = String(validatingCString: rawPath) else {
      throw HTTPError(.badRequest, "the request's path is not UTF-8")
    }
    self.method = method
    self.path = path.isEmpty ? "/" : path
    query = evhttp_uri_get_query(uri).flatMap { String(validatingCString: $0) }
    headers = exchange.requestHeaders
    body = exchange.body
    remoteAddress = exchange.remoteAddress
    self.loop = loop
  }
}
