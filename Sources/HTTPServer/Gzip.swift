import CZlib

/// The gzip format (RFC 1952), for bodies that are known whole.
public enum Gzip {
  /// `bytes` compressed.
  public static func compress(_ bytes: [UInt8], level: Int32 = 6) -> [UInt8] {
    var stream = z_stream()
    let gzipWindow = MAX_WBITS + 16
    let status = deflateInit2_(
      &stream, level, Z_DEFLATED, gzipWindow, MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "deflateInit2 answered \(status): out of memory, or another zlib than at build time")
    defer { deflateEnd(&stream) }
    let bound = Int(deflateBound(&stream, UInt(bytes.count)))
    var input = bytes
    return input.withUnsafeMutableBufferPointer { source in
      [UInt8](unsafeUninitializedCapacity: bound) { target, count in
        stream.next_in = source.baseAddress
        stream.avail_in = UInt32(source.count)
        stream.next_out = target.baseAddress
        stream.avail_out = UInt32(bound)
        let status = deflate(&stream, Z_FINISH)
        // `deflateBound` leaves room for the whole, so one call is always enough.
        precondition(status == Z_STREAM_END, "deflate answered \(status)")
        count = bound - Int(stream.avail_out)
      }
    }
  }
}
