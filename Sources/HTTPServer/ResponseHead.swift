/// A response's status line and header fields as they go on the wire (RFC 9112, section 4).
struct ResponseHead {
  let status: HTTPStatus
  let headers: Headers
  /// The time, as a header field tells it.
  let date: String
  let isHTTP10: Bool
  /// Whether the connection carries another response after this one.
  let keepsAlive: Bool
  let length: Length

  /// How the length of the body is told.
  enum Length {
    case bytes(Int)
    case framing(BodyFraming)
    /// The status says that there is no body.
    case none
  }

  /// The bytes; nil where the application has put a line break into a field, which would forge another one.
  var bytes: [UInt8]? {
    var text = "HTTP/1.1 \(status.rawValue) \(status.reason)\r\nDate: \(date)\r\n"
    for (name, value) in headers.fields {
      guard !name.utf8.contains(where: \.isControl), !value.utf8.contains(where: \.isControl) else { return nil }
      text += "\(name): \(value)\r\n"
    }
    switch length {
    case .bytes(let count): text += "Content-Length: \(count)\r\n"
    case .framing(.chunked): text += "Transfer-Encoding: chunked\r\n"
    case .framing(.untilClose), .none: break
    }
    if !keepsAlive {
      text += "Connection: close\r\n"
    } else if isHTTP10 {
      text += "Connection: keep-alive\r\n"
    }
    return Array((text + "\r\n").utf8)
  }
}

extension HTTPStatus {
  /// Whether a response with this status may have a body.
  var hasBody: Bool { self != .noContent && self != .notModified }
}
