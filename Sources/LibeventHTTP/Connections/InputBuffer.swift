import DatastarLocking

/// What a connection has received and nobody has read yet.
struct InputBuffer {
  private var bytes: [UInt8] = []
  private var start = 0
  /// Up to here there is no line end, so that one which comes in small parts is looked for once.
  private var scanned = 0

  /// How many bytes are unread.
  var count: Int { bytes.count - start }

  mutating func append(_ received: some Collection<UInt8>) {
    bytes.removeFirst(start)
    (start, scanned) = (0, scanned - start)
    bytes.append(contentsOf: received)
  }

  /// Takes the next line without its end; nil while the end is not there.
  ///
  /// - Throws: `tooLong` for a line of more than `limit` bytes, whether its end is there or not; 400 for one that ends
  ///   in LF alone, which others on the way might read as part of the line.
  mutating func takeLine(
    limit: Int, orThrow tooLong: @autoclosure () -> HTTPError
  ) throws(HTTPError) -> ArraySlice<UInt8>? {
    let end = lineEnd()
    guard (end ?? bytes.count) - start <= limit + 1 else { throw tooLong() }
    guard let end else {
      scanned = bytes.count
      return nil
    }
    guard end > start, bytes[end - 1] == 0x0D else {
      throw HTTPError(.badRequest, "a line of the request's header does not end in CR LF")
    }
    defer { (start, scanned) = (end + 1, end + 1) }
    return bytes[start..<end - 1]
  }

  /// Takes up to `limit` bytes.
  mutating func take(_ limit: Int) -> ArraySlice<UInt8> {
    let end = min(start + limit, bytes.count)
    defer { (start, scanned) = (end, end) }
    return bytes[start..<end]
  }

  /// Gives the memory back where everything has been read: a connection may be idle for long.
  mutating func trim() {
    if start == bytes.count { self = InputBuffer() }
  }

  private func lineEnd() -> Int? {
    bytes.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress, scanned < bytes.count else { return nil }
      let found = memchr(base + scanned, 0x0A, bytes.count - scanned)
      return found.map { UnsafeRawPointer($0) - base }
    }
  }
}
