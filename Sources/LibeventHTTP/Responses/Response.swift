/// What a handler answers a request with.
public struct Response: Sendable {
  /// The status.
  public var status: HTTPStatus
  /// The header fields; length, date and connection handling are the server's, and are left out.
  public var headers: Headers
  /// What follows the header.
  public var body: Body

  /// A response's body.
  public struct Body: Sendable {
    package let content: Content

    package enum Content: Sendable {
      case bytes([UInt8])
      case shared(SharedBytes)
      case stream(@Sendable (ResponseStream) async -> Void)
    }

    /// A body that is known now.
    public static func bytes(_ bytes: [UInt8]) -> Body { Body(content: .bytes(bytes)) }

    /// A body that is known now, where connections can share it: for what is large and sent often.
    package static func shared(_ bytes: SharedBytes) -> Body { Body(content: .shared(bytes)) }

    /// A body of bytes as they come, until ``ResponseStream/finish()``.
    ///
    /// - Parameter fill: is called once, when the header has been sent, on the connection's event loop. The stream stays
    ///   open when it returns. Its task is cancelled when the client leaves, and when the server stops.
    public static func stream(_ fill: @escaping @Sendable (ResponseStream) async -> Void) -> Body {
      Body(content: .stream(fill))
    }

    /// The bytes of a body that is known now; nil for a stream.
    public var bytes: [UInt8]? {
      switch content {
      case .bytes(let bytes): bytes
      case .shared(let shared): shared.copy()
      case .stream: nil
      }
    }
  }

  /// Creates a response of bytes that are known now.
  public init(_ status: HTTPStatus = .ok, headers: Headers = [:], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = .bytes(body)
  }

  /// Creates a response that stays open; see ``ResponseStream``.
  public init(headers: Headers, stream: @escaping @Sendable (ResponseStream) async -> Void) {
    status = .ok
    self.headers = headers
    body = .stream(stream)
  }

  /// The media type of ``text(_:_:)``.
  public static let plain = "text/plain; charset=utf-8"

  /// One line of plain text.
  public static func text(_ status: HTTPStatus, _ line: String) -> Response {
    Response(status, headers: ["Content-Type": plain], body: Array((line + "\n").utf8))
  }

  /// Why a request was refused, in the line that says so; nil where it was not, or where there is no such line.
  package var refusalReason: String? {
    guard status.isRefusal, headers["Content-Type"] == Self.plain, let line = body.bytes else { return nil }
    return String(decoding: line, as: UTF8.self).split(whereSeparator: \.isNewline).joined(separator: " ")
  }

  /// What an error is answered with.
  public init(_ error: HTTPError) {
    self = .text(error.status, error.reason)
    if let seconds = error.retryAfter { headers["Retry-After"] = String(seconds) }
  }

  /// What a failure of the server's own is answered with: it is logged, and nothing of it given away.
  static var failure: Response {
    .text(.internalServerError, "the server failed to answer; its log says why")
  }

  /// A page.
  public static func html(_ bytes: [UInt8]) -> Response {
    Response(headers: ["Content-Type": "text/html; charset=utf-8"], body: bytes)
  }

  /// A page, sent as UTF-8.
  public static func html(_ text: String) -> Response { html(Array(text.utf8)) }

  /// Sends the browser to another page, which it fetches with GET.
  public static func seeOther(_ location: String) -> Response {
    Response(.seeOther, headers: ["Location": location])
  }
}

/// An error that says which response it is: thrown by handlers, sent as one line of plain text.
public struct HTTPError: Error, Equatable {
  /// The response's status.
  public let status: HTTPStatus
  /// The line for the client: what was wrong and what to do. Not to hold anything that is secret.
  public let reason: String
  /// In how many seconds trying again makes sense; nil where nothing is known of it.
  public let retryAfter: Int?

  /// Creates an error that is answered with `status` and one line.
  public init(_ status: HTTPStatus, _ reason: String, retryAfter: Int? = nil) {
    self.status = status
    self.reason = reason
    self.retryAfter = retryAfter
  }

  /// What is answered to a method that no route has, and that is none of those which every server knows of.
  static let unknownMethod = HTTPError(.notImplemented, "the request's method is not known here")
}
