import DatastarLocking
import LibeventHTTP

/// Makes blocks of raw deflate (RFC 1951) that can be put one behind the other in one stream.
///
/// Each block ends on a byte, by a sync flush, and is never the stream's last.
enum Deflater {
  /// Up to here a payload is made as small as can be, which takes some microseconds; beyond, a dictionary makes little
  /// difference.
  static let smallSize = 32 * 1024

  /// Returns a block for a decoder that has read `dictionary` last, which the block refers back to.
  static func block(of bytes: [UInt8], after dictionary: [UInt8] = []) -> [UInt8] {
    (bytes.count > smallSize ? largeStreams : smallStreams).deflate(bytes, after: dictionary)
  }

  /// The last block of a stream, empty.
  static let last: [UInt8] = [0x03, 0x00]

  // What zlib clears each time is 8 KB at this level of memory and 128 KB at the highest.
  private static let smallStreams = Pool(level: 6, memoryLevel: 5)
  // 50 KB take 31 µs and 2.5 KB at this level, 172 µs and 2.4 KB at the one above.
  private static let largeStreams = Pool(level: 3, memoryLevel: 8)

  /// Streams of zlib's that are not in use: each holds memory that is costly to get, so they are kept, as many as were
  /// in use at once.
  private final class Pool: Sendable {
    private let level: Int32
    private let memoryLevel: Int32
    private let free = Locked<[DeflateStream]>([])

    init(level: Int32, memoryLevel: Int32) { (self.level, self.memoryLevel) = (level, memoryLevel) }

    func deflate(_ bytes: [UInt8], after dictionary: [UInt8]) -> [UInt8] {
      let stream = free.withLock { $0.popLast() } ?? DeflateStream(.raw, level: level, memoryLevel: memoryLevel)
      defer { free.withLock { $0.append(stream) } }
      return stream.deflate(bytes, after: dictionary[...], end: .flush)
    }
  }
}
