import CLibevent

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// How the end of a body is told from its middle (RFC 9112, section 6).
public enum BodyFraming: Sendable {
  /// HTTP/1.1: each piece has its length before it.
  case chunked
  /// HTTP/1.0: the body ends with the connection.
  case untilClose

  /// `bytes` as they go on the wire; an empty piece would end a chunked body, so nothing stays nothing.
  public func framed(_ bytes: [UInt8]) -> [UInt8] {
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
  public var terminator: [UInt8] {
    self == .chunked ? Array("0\r\n\r\n".utf8) : []
  }
}

/// A connected socket that evhttp no longer knows of.
///
/// A stream lives for hours and only ever writes. What evhttp keeps for a connection (the request, its headers, two
/// buffers and their events) would be several kilobytes a stream, and evhttp ends the process when a client sends
/// something while its answer is being written. So a stream keeps the bare descriptor.
struct DetachedSocket {
  let descriptor: Int32
  let unsent: [UInt8]
  let framing: BodyFraming

  /// Gives the connection behind `descriptor` a new number and leaves `/dev/null` behind the old one.
  ///
  /// libevent 2.1 has no call to part a connection from its socket: `evhttp_connection_free` shuts down and closes
  /// the number it knows. On `/dev/null` neither does harm.
  static func moveDescriptor(_ descriptor: Int32) -> Int32? {
    let moved = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    guard moved >= 0 else { return nil }
    guard nullDevice >= 0, dup2(nullDevice, descriptor) >= 0 else {
      close(moved)
      return nil
    }
    return moved
  }

  private static let nullDevice = open("/dev/null", O_RDWR | O_CLOEXEC)
}
