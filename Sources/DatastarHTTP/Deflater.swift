import CZlib
import Locking

/// Makes blocks of raw deflate (RFC 1951) that can be put one behind the other in one stream.
///
/// Each block ends on a byte, by a sync flush, and is never the stream's last.
enum Deflater {
  /// How far back a block can refer.
  static let window = 32 * 1024
  /// zlib's last level finds the one long match behind the short ones, which halves a block that refers back.
  private static let level: Int32 = 9
  /// What a stored block can hold.
  private static let storedLimit = 0xFFFF
  /// Below this, compressing costs more than it saves.
  private static let storedBelow = 200

  /// `bytes` as a block that a decoder can read whatever it has read before.
  static func block(of bytes: [UInt8]) -> [UInt8] {
    bytes.count < storedBelow ? stored(bytes) : deflated(bytes, after: [])
  }

  /// `bytes` as a block for a decoder that has just read `previous`, which it refers back to.
  static func block(of bytes: [UInt8], after previous: [UInt8]) -> [UInt8] {
    deflated(bytes, after: previous.suffix(window))
  }

  /// An empty block: it changes nothing, not even what a decoder can refer back to.
  static let empty = stored([])

  /// The last block of a stream, empty.
  static let last: [UInt8] = [0x03, 0x00]

  /// A block that is not compressed: not final, type 0, the length and its complement.
  private static func stored(_ bytes: [UInt8]) -> [UInt8] {
    let length = UInt16(bytes.count)
    return [0, UInt8(length & 0xFF), UInt8(length >> 8), UInt8(~length & 0xFF), UInt8(~length >> 8)] + bytes
  }

  private static func deflated(_ bytes: [UInt8], after dictionary: ArraySlice<UInt8>) -> [UInt8] {
    let stream = streams.withLock { $0.popLast() } ?? DeflateStream(level: level)
    defer { streams.withLock { $0.append(stream) } }
    return stream.deflate(bytes, after: dictionary)
  }

  /// Streams that are not in use: each holds a quarter of a megabyte, so they are kept, as many as were in use at once.
  private static let streams = Locked<[DeflateStream]>([])
}

/// A zlib stream that is used again and again.
private final class DeflateStream: @unchecked Sendable {
  // Sendable: handed on through a lock, and used by one thread at a time.
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

  init(level: Int32) {
    stream.initialize(to: z_stream())
    // Raw, with the largest window.
    let status = deflateInit2_(
      stream, level, Z_DEFLATED, -MAX_WBITS, MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "deflateInit2 answered \(status): out of memory, or another zlib than at build time")
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }

  func deflate(_ bytes: [UInt8], after dictionary: ArraySlice<UInt8>) -> [UInt8] {
    deflateReset(stream)
    dictionary.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
      deflateSetDictionary(stream, base, UInt32(bytes.count))
    }
    // The bound is for one that is finished; a sync flush adds a few bytes.
    let bound = Int(deflateBound(stream, UInt(bytes.count))) + 16
    return bytes.withUnsafeBufferPointer { source in
      [UInt8](unsafeUninitializedCapacity: bound) { target, count in
        stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
        stream.pointee.avail_in = UInt32(source.count)
        stream.pointee.next_out = target.baseAddress
        stream.pointee.avail_out = UInt32(bound)
        let status = CZlib.deflate(stream, Z_SYNC_FLUSH)
        precondition(status == Z_OK && stream.pointee.avail_in == 0, "deflate answered \(status)")
        count = bound - Int(stream.pointee.avail_out)
      }
    }
  }
}
