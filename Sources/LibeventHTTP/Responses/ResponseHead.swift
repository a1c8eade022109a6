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

  /// The bytes of what has no ``Response/obstacle``.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(768)
    bytes += "HTTP/1.1 \(status.code) ".utf8
    bytes += status.reasonPhrase.utf8
    bytes += "\r\nDate: ".utf8
    bytes += date.utf8
    for (name, value) in headers.fields where !Headers.areServers(name) {
      bytes += "\r\n".utf8
      bytes += name.utf8
      bytes += ": ".utf8
      bytes += value.utf8
    }
    bytes += ending.utf8
    return bytes
  }

  /// What the server says of the body and the connection, and the empty line.
  private var ending: String {
    let length =
      switch self.length {
      case .bytes(let count): "\r\nContent-Length: \(count)"
      case .framing(.chunked): "\r\nTransfer-Encoding: chunked"
      case .framing(.untilClose), .none: ""
      }
    let connection = keepsAlive ? (isHTTP10 ? "\r\nConnection: keep-alive" : "") : "\r\nConnection: close"
    return length + connection + "\r\n\r\n"
  }
}

extension Response {
  /// Why it cannot be sent; nil where it can. A line break in a field would forge another one.
  var obstacle: ResponseObstacle? {
    guard status.code >= 200 else { return .status(status.code) }
    return headers.fields.first { !$0.name.isFieldName || $0.value.hasControlCharacter }.map { .field($0.name) }
  }
}

/// Why what a handler has returned cannot be sent.
enum ResponseObstacle: Error, CustomStringConvertible {
  case status(Int)
  case field(_ name: String)

  var description: String {
    switch self {
    case .status(let code): "the status \(code) cannot be answered with: another one has to follow it"
    case .field(let name):
      "the header field '\(name)' cannot be sent: its name is no token, or its value has a control character"
    }
  }
}

extension Headers {
  /// Whether fields of that name are the server's to write: what it says of the body and the connection is so, and
  /// another field beside it could lead a proxy astray.
  static func areServers(_ name: String) -> Bool {
    switch name.utf8.count {
    case 4: name.equalsIgnoringCase("Date")
    case 10: name.equalsIgnoringCase("Connection") || name.equalsIgnoringCase("Keep-Alive")
    case 14: name.equalsIgnoringCase("Content-Length")
    case 17: name.equalsIgnoringCase("Transfer-Encoding")
    default: false
    }
  }

  /// Those fields that are sent.
  var withoutServers: Headers { Headers(fields: fields.filter { !Self.areServers($0.name) }) }
}

extension String {
  /// Whether it is a token (RFC 9110, section 5.1).
  fileprivate var isFieldName: Bool { !isEmpty && utf8.allSatisfy(\.isTokenCharacter) }

  fileprivate var hasControlCharacter: Bool {
    utf8.withContiguousStorageIfAvailable { $0.contains(where: \.isControl) } ?? utf8.contains(where: \.isControl)
  }
}
