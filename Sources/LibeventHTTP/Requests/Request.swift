import DatastarLocking

/// One request, read whole.
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
  public internal(set) var headers: Headers
  /// The body's bytes; empty where there is none.
  public let body: [UInt8]
  /// The address that the request comes from: the connection's, or behind a proxy what that says.
  public let client: ClientAddress
  /// What the route's `:name` segments matched, percent-decoded.
  public internal(set) var parameters: [String: String] = [:]
  /// The loop that the connection lives on, on which the handler runs.
  public let loop: EventLoop
  private let room: LargeBodies.Room?

  /// The media type of the body in lower case, without its parameters.
  public var mediaType: String? {
    headers["Content-Type"].map { $0.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased() }
  }

  /// The query's fields.
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

extension Request {
  init(_ received: ReceivedRequest, from client: ClientAddress, loop: EventLoop) {
    id = RequestID()
    method = received.head.method
    path = received.head.path
    query = received.head.query
    headers = received.head.headers
    body = received.body
    room = received.room
    self.client = client
    self.loop = loop
  }
}

/// Names a request, unlike any other of this process and, but for chance, of any other process.
public struct RequestID: Sendable, Hashable, CustomStringConvertible {
  private let number = Self.numbers.next()
  private static let numbers = IDGenerator()
  private static let process = String(UInt32.random(in: .min ... .max), radix: 36)

  init() {}

  /// A few letters and digits.
  public var description: String { "\(Self.process)-\(String(number, radix: 36))" }
}
