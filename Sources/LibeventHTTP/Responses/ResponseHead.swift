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
    var bytes: [UInt8] = []
    bytes.reserveCapacity(768)
    bytes += "HTTP/1.1 \(status.code) ".utf8
    bytes += status.reasonPhrase.utf8
    bytes += "\r\nDate: ".utf8
    bytes += date.utf8
    for (name, value) in headers.fields {
      guard !name.hasControlCharacter, !value.hasControlCharacter else { return nil }
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

extension Headers {
  /// Whether each field can be sent as one.
  var isWellFormed: Bool { allSatisfy { !$0.name.hasControlCharacter && !$0.value.hasControlCharacter } }
}

extension String {
  fileprivate var hasControlCharacter: Bool {
    utf8.withContiguousStorageIfAvailable { $0.contains(where: \.isControl) } ?? utf8.contains(where: \.isControl)
  }
}
