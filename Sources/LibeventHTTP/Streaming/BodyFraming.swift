/// How the end of a body is told from its middle (RFC 9112, section 6).
package enum BodyFraming: Sendable {
  /// HTTP/1.1: each piece has its length before it.
  case chunked
  /// HTTP/1.0: the body ends with the connection.
  case untilClose

  /// `bytes` as they go on the wire; an empty piece would end a chunked body, so nothing stays nothing.
  package func framed(_ bytes: [UInt8]) -> [UInt8] {
    guard self == .chunked, !bytes.isEmpty else { return bytes }
    var framed: [UInt8] = []
    framed.reserveCapacity(bytes.count + 12)
    framed += String(bytes.count, radix: 16).utf8
    framed += [0x0D, 0x0A]
    framed += bytes
    framed += [0x0D, 0x0A]
    return framed
  }

  /// What says that the body is complete.
  package var terminator: [UInt8] {
    self == .chunked ? Array("0\r\n\r\n".utf8) : []
  }
}
