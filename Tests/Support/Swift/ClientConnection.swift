import DatastarLocking
import Foundation
import LibeventHTTP

/// A client's end of one TCP connection, spoken to in bytes, as a test of a server needs it.
///
/// Each blocking call has a thread of its own: pools, Swift's and Dispatch's, run dry when many connections wait.
public final class ClientConnection: @unchecked Sendable {
  // Sendable: a test calls one method at a time and awaits it.
  private let descriptor: Int32
  private var unread: [UInt8] = []

  /// What a connection failed with.
  public enum Failure: Error, CustomStringConvertible {
    case system(_ call: String, code: Int32)
    case timedOut(unread: String)
    case ended(unread: String)
    case malformed(String)

    /// What failed, with the end of what had come in until then.
    public var description: String {
      switch self {
      case .system(let call, let code): "\(call): \(String(cString: strerror(code)))"
      case .timedOut(let unread): "nothing came for 20 s; unread: \(unread)"
      case .ended(let unread): "the server closed the connection; unread: \(unread)"
      case .malformed(let what): "malformed response: \(what)"
      }
    }
  }

  /// Connects to a server of this machine.
  ///
  /// - Parameter receiveBuffer: the size of the kernel's buffer for a client that is to be slow.
  public convenience init(to address: ListeningAddress, receiveBuffer: Int32? = nil) throws {
    try self.init(toPort: address.port, receiveBuffer: receiveBuffer)
  }

  /// Connects to what listens on a port of this machine.
  public init(toPort port: Int, receiveBuffer: Int32? = nil) throws {
    #if canImport(Glibc)
      descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    guard descriptor >= 0 else { throw Failure.system("socket", code: errno) }
    if var receiveBuffer {
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<Int32>.size))
    }
    var timeout = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    var target = sockaddr_in()
    target.sin_family = sa_family_t(AF_INET)
    target.sin_port = UInt16(port).bigEndian
    target.sin_addr.s_addr = inet_addr("127.0.0.1")
    let status = withUnsafeBytes(of: &target) { bytes in
      bytes.withMemoryRebound(to: sockaddr.self) { connect(descriptor, $0.baseAddress, socklen_t(bytes.count)) }
    }
    guard status == 0 else { throw Failure.system("connect", code: errno) }
  }

  deinit { close(descriptor) }

  /// Sends text as it is.
  public func send(_ text: String) async throws {
    try await send(Array(text.utf8))
  }

  /// Sends bytes as they are.
  public func send(_ bytes: [UInt8]) async throws {
    try await onThread { [descriptor] in
      var sent = 0
      while sent < bytes.count {
        let taken = bytes.withUnsafeBytes { systemSend(descriptor, UnsafeRawBufferPointer(rebasing: $0[sent...])) }
        guard taken > 0 else { throw Failure.system("send", code: errno) }
        sent += taken
      }
    }
  }

  /// Says that nothing more will be sent.
  public func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Reads as far as `separator` and answers what came before it.
  public func read(until separator: String) async throws -> String {
    let separator = Array(separator.utf8)
    while true {
      if let found = unread.firstRange(of: separator) {
        defer { unread.removeSubrange(..<found.upperBound) }
        return String(decoding: unread[..<found.lowerBound], as: UTF8.self)
      }
      guard try await receive() else { throw Failure.ended(unread: String(decoding: unread, as: UTF8.self)) }
    }
  }

  /// Reads exactly so many bytes.
  public func read(_ count: Int) async throws -> [UInt8] {
    while unread.count < count {
      guard try await receive() else { throw Failure.ended(unread: String(decoding: unread, as: UTF8.self)) }
    }
    defer { unread.removeFirst(count) }
    return Array(unread.prefix(count))
  }

  /// Reads what there is, or waits for some; nothing when the server has closed.
  public func readSome() async throws -> [UInt8] {
    if unread.isEmpty { _ = try await receive() }
    defer { unread = [] }
    return unread
  }

  /// Reads until the server closes.
  public func readToEnd() async throws -> [UInt8] {
    while try await receive() {}
    defer { unread = [] }
    return unread
  }

  private func receive() async throws -> Bool {
    let unreadSoFar = unread
    let chunk = try await onThread { [descriptor] in
      var chunk = [UInt8](repeating: 0, count: 65536)
      let count = recv(descriptor, &chunk, chunk.count, 0)
      if count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) {
        throw Failure.timedOut(unread: String(decoding: unreadSoFar.suffix(500), as: UTF8.self))
      }
      if count < 0 && errno != ECONNRESET { throw Failure.system("recv", code: errno) }
      return Array(chunk.prefix(max(0, count)))
    }
    unread += chunk
    return !chunk.isEmpty
  }

  private func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { done in
      Thread { done.resume(with: Swift.Result(catching: body)) }.start()
    }
  }
}

private func systemSend(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  #if canImport(Darwin)
    send(descriptor, bytes.baseAddress, bytes.count, 0)
  #else
    send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
  #endif
}
