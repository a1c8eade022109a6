import CZlib

/// A zlib stream that compresses byte arrays, each in one call, and can be used again and again.
package final class DeflateStream: @unchecked Sendable {
  // Sendable: may be handed from thread to thread, and is used by one at a time.
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

  /// What stands around the compressed bytes.
  package enum Format {
    /// Nothing (RFC 1951).
    case raw
    /// The header and the checksum of gzip (RFC 1952).
    case gzip
  }

  /// How the compressed bytes end.
  package enum End {
    /// At a whole byte, where more may follow.
    case flush
    /// For good.
    case finish
  }

  /// Creates a stream with the largest window.
  ///
  /// - Parameters:
  ///   - level: zlib's, 1 to 9.
  ///   - memoryLevel: zlib's, 1 to 9: less is faster for a few kilobytes, of which each use has to clear its memory.
  package init(_ format: Format, level: Int32, memoryLevel: Int32 = MAX_MEM_LEVEL) {
    stream.initialize(to: z_stream())
    let windowBits = format == .raw ? -MAX_WBITS : MAX_WBITS + 16
    let status = deflateInit2_(
      stream, level, Z_DEFLATED, windowBits, memoryLevel, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "deflateInit2 answered \(status): out of memory, or another zlib than at build time")
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }

  /// `bytes` compressed, with nothing left of what was compressed before.
  ///
  /// - Parameter dictionary: what a decoder of the raw format has just read, which is referred back to.
  package func deflate(_ bytes: [UInt8], after dictionary: ArraySlice<UInt8> = [], end: End) -> [UInt8] {
    deflateReset(stream)
    dictionary.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
      deflateSetDictionary(stream, base, UInt32(bytes.count))
    }
    // The bound is for one that is finished, in one call; a flush adds a few bytes.
    let bound = Int(deflateBound(stream, UInt(bytes.count))) + 16
    let deflated = bytes.withUnsafeBufferPointer { source in
      [UInt8](unsafeUninitializedCapacity: bound) { target, count in
        stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
        stream.pointee.avail_in = UInt32(source.count)
        stream.pointee.next_out = target.baseAddress
        stream.pointee.avail_out = UInt32(bound)
        let status = CZlib.deflate(stream, end == .finish ? Z_FINISH : Z_SYNC_FLUSH)
        let expected = end == .finish ? Z_STREAM_END : Z_OK
        precondition(status == expected && stream.pointee.avail_in == 0, "deflate answered \(status)")
        count = bound - Int(stream.pointee.avail_out)
      }
    }
    // An array keeps the room that it has, here for many times its bytes.
    return deflated.count < bound / 2 ? deflated.withUnsafeBufferPointer(Array.init) : deflated
  }
}
