import CLibevent
import DatastarLocking
import LibeventHTTP

/// A response that stays open, as a client reads it: its bytes, in pieces as they come, until the stream ends.
///
/// What has not been read waits, as for a client that is slow.
public final class TestStream: AsyncSequence, @unchecked Sendable {
  // Sendable: what changes is touched on the loop's thread only.

  /// The status.
  public let status: HTTPStatus
  /// The header fields that the application has given, and `X-Request-Id`.
  public let headers: Headers
  private let loop: EventLoop
  private let response: ResponseStream
  private var descriptor: Int32
  private var readable: Event?
  private var reader: CheckedContinuation<[UInt8], Never>?

  /// A piece that has come.
  public typealias Element = [UInt8]

  private init(
    _ answer: RequestExchange.Answer, _ descriptor: Int32, from response: ResponseStream, on loop: EventLoop
  ) {
    (status, headers) = (answer.status, answer.headers)
    (self.descriptor, self.response, self.loop) = (descriptor, response, loop)
  }

  /// Calls `body` with a stream while `fill` fills it, and leaves when that returns.
  ///
  /// The two ends are those of a pair of sockets, so that it is the server's own code that writes.
  static func with<Result>(
    _ answer: RequestExchange.Answer, filledBy fill: @escaping @Sendable (ResponseStream) async -> Void,
    _ body: (TestStream) async throws -> Result
  ) async throws -> Result {
    let loop = try EventLoop()
    defer { loop.stop() }
    let (ours, theirs) = try socketPair()
    let (stream, filling) = await loop.run {
      let response = ResponseStream(taking: theirs, on: loop)
      return (TestStream(answer, ours, from: response, on: loop), response.fill(by: fill))
    }
    let result: Swift.Result<Result, any Error>
    do { result = .success(try await body(stream)) } catch { result = .failure(error) }
    await loop.run { stream.leave() }
    await filling.value
    return try result.get()
  }

  private static func socketPair() throws -> (Int32, Int32) {
    var ends: [Int32] = [-1, -1]
    #if canImport(Glibc)
      let type = Int32(SOCK_STREAM.rawValue)
    #else
      let type = SOCK_STREAM
    #endif
    guard evutil_socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw HTTPServerError.libevent("evutil_socketpair") }
    for end in ends { evutil_make_socket_nonblocking(end) }
    return (ends[0], ends[1])
  }

  /// Hangs up.
  private func leave() {
    finish([])
    close(descriptor)
    descriptor = -1
    response.close()
  }
}

// MARK: - Reading

extension TestStream {
  /// Reads a stream's pieces.
  public struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate let stream: TestStream

    /// Returns the next piece, when one has come; nil at the end of the stream, or where the task is cancelled.
    public mutating func next() async -> [UInt8]? { await stream.read() }
  }

  /// Returns a reader that goes on where others have stopped.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(stream: self) }

  /// Reads until what has come holds a text, and returns all of that; all until the end where it never does.
  public func text(until needle: String) async -> String {
    var bytes: [UInt8] = []
    for await piece in self {
      // Only what has come together can be read as text: a piece may end within a character.
      bytes += piece
      if String(decoding: bytes, as: UTF8.self).contains(needle) { break }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Reads all until the end.
  func rest() async -> [UInt8] {
    var bytes: [UInt8] = []
    for await piece in self { bytes += piece }
    return bytes
  }

  /// Returns nil where there is nothing more.
  private func read() async -> [UInt8]? {
    let piece = await withTaskCancellationHandler {
      await withCheckedContinuation { (reader: CheckedContinuation<[UInt8], Never>) in
        if Task.isCancelled { return reader.resume(returning: []) }
        loop.execute { [self] in
          self.reader = reader
          receive()
        }
      }
    } onCancel: {
      loop.execute { [self] in finish([]) }
    }
    return piece.isEmpty ? nil : piece
  }

  private func receive() {
    var piece = [UInt8](repeating: 0, count: 64 * 1024)
    let count = recv(descriptor, &piece, piece.count, 0)
    guard count < 0, errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR else {
      return finish(Array(piece.prefix(Swift.max(0, count))))
    }
    readable = Event(base: loop.base, descriptor: descriptor, flags: EV_READ) { [unowned self] _ in receive() }
    if readable?.watch() != true { finish([]) }
  }

  private func finish(_ piece: [UInt8]) {
    readable = nil
    reader?.resume(returning: piece)
    reader = nil
  }
}
