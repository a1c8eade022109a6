/// One request, read whole.
///
/// A server makes them of what it receives; a test or a middleware may make its own:
///
/// ```swift
/// let request = Request(.post, "/todos/groceries", headers: ["Content-Type": "application/json"], body: json)
/// ```
public struct Request: Sendable {
  /// The request's name in the log, which is also in its answer as `X-Request-Id`.
  public let id: RequestID
  /// What is asked for.
  public let method: HTTPMethod
  /// The path as it was sent, percent escapes included, without the query: visible ASCII characters only.
  public let path: String
  /// What follows the `?`, as it was sent; nil where there is no `?`.
  public let query: String?
  /// The header fields.
  public var headers: Headers
  /// The body's bytes; empty where there is none.
  public let body: [UInt8]
  /// The address that the request comes from: the connection's, or behind a proxy what that says.
  public let client: ClientAddress
  /// What the route's `:name` segments matched, percent-decoded.
  public internal(set) var parameters: [String: String] = [:]
  private var values: [ObjectIdentifier: any Sendable] = [:]
  private let room: LargeBodies.Room?

  /// Creates a request that was not received by a server.
  ///
  /// - Parameters:
  ///   - method: what is asked for.
  ///   - path: the path, percent-encoded, with a query behind a `?` where there is one.
  ///   - headers: the header fields. None is needed, and the body's length is not among them.
  ///   - body: the body's bytes.
  ///   - client: whom the request comes from.
  public init(
    _ method: HTTPMethod, _ path: String, headers: Headers = [:], body: [UInt8] = [], client: ClientAddress = .loopback
  ) {
    let parts = path.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    (id, self.method, self.headers, self.body, self.client) = (RequestID(), method, headers, body, client)
    (self.path, query, room) = (String(parts[0]), parts.count == 2 ? String(parts[1]) : nil, nil)
  }

  init(_ received: ReceivedRequest, from client: ClientAddress) {
    (id, self.client) = (RequestID(), client)
    (method, path, query) = (received.head.method, received.head.path, received.head.query)
    (headers, body, room) = (received.head.headers, received.body, received.room)
  }

  /// What a middleware has found out about the request, for the handlers behind it; nil where it was not set.
  public subscript<Key: RequestKey>(key: Key.Type) -> Key.Value? {
    get { values[ObjectIdentifier(key)] as? Key.Value }
    set { values[ObjectIdentifier(key)] = newValue }
  }

  /// The media type of the body in lower case, without its parameters.
  public var mediaType: String? {
    headers["Content-Type"].map { value in
      let type = value.utf8.prefix { $0 != UInt8(ascii: ";") }
      return String(decoding: type.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }, as: UTF8.self)
        .lowercased()
    }
  }

  /// Returns the query's fields.
  ///
  /// - Throws: ``HTTPError`` 400 for a broken percent escape, for what is not UTF-8 and for more than a thousand.
  public func queryFields() throws(HTTPError) -> FormFields {
    do {
      return try FormFields((query ?? "").utf8)
    } catch {
      throw HTTPError(.badRequest, "the query has a broken percent escape, is not UTF-8 or has too many fields")
    }
  }
}

/// Names a value that travels with a request, from a middleware to the handlers behind it.
///
/// ```swift
/// enum UserKey: RequestKey { typealias Value = User }
///
/// request[UserKey.self] = user
/// ```
public protocol RequestKey {
  /// What is found by the key.
  associatedtype Value: Sendable
}
