import CZlib

/// Unpacks a gzip stream as it comes, and checks its end.
public final class Inflater {
  private var stream = z_stream()
  /// Whether the end has been read, with the right checksum and length.
  public private(set) var isComplete = false

  /// What a damaged stream is refused with.
  public enum Failure: Error {
    case damaged(status: Int32, message: String)
    case bytesAfterTheEnd(Int)
  }

  /// Begins before the header.
  public init() {
    let gzipWindow = MAX_WBITS + 16
    let status = inflateInit2_(&stream, gzipWindow, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK)
  }

  deinit { inflateEnd(&stream) }

  /// What `bytes` bring, with all that came before them.
  public func inflate(_ bytes: [UInt8]) throws -> [UInt8] {
    var bytes = bytes
    var output: [UInt8] = []
    try bytes.withUnsafeMutableBufferPointer { input in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      repeat {
        let capacity = 64 * 1024
        var status = Z_OK
        output += [UInt8](unsafeUninitializedCapacity: capacity) { target, count in
          stream.next_out = target.baseAddress
          stream.avail_out = UInt32(capacity)
          status = CZlib.inflate(&stream, Z_SYNC_FLUSH)
          count = capacity - Int(stream.avail_out)
        }
        if status == Z_STREAM_END { isComplete = true }
        guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
          throw Failure.damaged(status: status, message: stream.msg.map { String(cString: $0) } ?? "")
        }
      } while stream.avail_out == 0
      if stream.avail_in > 0 { throw Failure.bytesAfterTheEnd(Int(stream.avail_in)) }
    }
    return output
  }
}
