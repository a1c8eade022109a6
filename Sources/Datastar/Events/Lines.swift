#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

extension UInt8 {
  static let lineFeed: UInt8 = 0x0A
  static let carriageReturn: UInt8 = 0x0D

  /// Whether an SSE line ends at this byte.
  var isLineBreak: Bool { self == .lineFeed || self == .carriageReturn }
}

extension UnsafeBufferPointer<UInt8> {
  /// Calls `body` with each line, its end left off.
  ///
  /// A line ends at LF, CR or CRLF, as in an event stream. There is always one line more than there are line ends; the
  /// last one may be empty.
  func forEachLine(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    var start = 0
    // Both searches run ahead and are repeated only once passed: text without a CR is searched for one just once.
    var feed = index(of: .lineFeed, from: 0)
    var carriage = index(of: .carriageReturn, from: 0)
    while true {
      let end = Swift.min(feed, carriage)
      body(UnsafeBufferPointer(rebasing: self[start..<end]))
      if end == count { return }
      let isPair = end == carriage && feed == end + 1 && feed < count
      start = end + (isPair ? 2 : 1)
      if feed < start { feed = index(of: .lineFeed, from: start) }
      if carriage < start { carriage = index(of: .carriageReturn, from: start) }
    }
  }

  /// The first index of `byte` at or after `start`, or `count` where there is none.
  private func index(of byte: UInt8, from start: Int) -> Int {
    guard start < count, let base = baseAddress,
      // Reads from `base + start` to the end of this buffer, which outlives the call.
      let found = memchr(base + start, Int32(byte), count - start)
    else { return count }
    return UnsafeRawPointer(found) - UnsafeRawPointer(base)
  }
}
