import LibeventHTTP

/// A response as a client has read it.
public struct TestResponse: Sendable, CustomStringConvertible {
  /// The status.
  public let status: HTTPStatus
  /// The header fields that the application has given, and `X-Request-Id`.
  public let headers: Headers
  /// The body's bytes; empty where there is none.
  public let body: [UInt8]

  /// The body as text.
  public var text: String { String(decoding: body, as: UTF8.self) }

  /// The status and the text, for messages of tests.
  public var description: String { "\(status.code) \(text)" }
}

/// A request as its bytes come to a server.
struct TestRequest {
  let method: HTTPMethod
  let path: String
  let headers: Headers
  let body: [UInt8]

  var bytes: [UInt8] {
    var headers = headers
    if headers["Host"] == nil { headers["Host"] = "localhost" }
    if !body.isEmpty, headers["Content-Length"] == nil { headers["Content-Length"] = String(body.count) }
    let fields = headers.map { "\($0.name): \($0.value)\r\n" }.joined()
    return Array("\(method.rawValue) \(path) HTTP/1.1\r\n\(fields)\r\n".utf8) + body
  }
}
