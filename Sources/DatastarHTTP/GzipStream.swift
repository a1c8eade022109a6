import CZlib
import DatastarPubSub
import HTTPServer

/// What one compressed stream has to remember: what its decoder read last, and the checksum of all that it has read.
///
/// The blocks themselves are made once for all streams. One that refers back to the frame before is right if and only
/// if that frame is the last thing that the decoder has read: then its window ends with it.
///
/// - Source: RFC 1952.
struct GzipStream {
  private let framing: BodyFraming
  private var lastFrame: Frame.ID?
  private var checksum = Checksum(of: [])

  init(_ framing: BodyFraming) {
    self.framing = framing
  }

  /// What the stream begins with: deflate, no name, no time, any system.
  var header: [UInt8] { framing.framed([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]) }

  /// The block that brings the decoder a frame.
  mutating func block(of frame: LoopFrame) -> [UInt8] {
    let followsPrevious = lastFrame != nil && lastFrame == frame.encoded.previous
    lastFrame = frame.encoded.id
    checksum.append(frame.checksum)
    return frame.bytes(followsPrevious ? .delta : .whole, framing)
  }

  /// A block that brings nothing.
  var heartbeat: [UInt8] { framing.framed(Deflater.empty) }

  /// What completes the stream: the last block, the checksum and the length.
  var trailer: [UInt8] {
    let numbers = [checksum.crc, checksum.length].flatMap { number in
      (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
    return framing.framed(Deflater.last + numbers)
  }
}

/// The checksum of bytes, and what it takes to put it behind that of the bytes before them.
struct Checksum {
  /// CRC-32 of the bytes.
  private(set) var crc: UInt32
  /// How many there are, modulo 2³².
  private(set) var length: UInt32
  private let shift: UInt

  init(of bytes: [UInt8]) {
    crc = UInt32(truncatingIfNeeded: crc32_z(0, bytes, bytes.count))
    length = UInt32(truncatingIfNeeded: bytes.count)
    shift = crc32_combine_gen(bytes.count)
  }

  /// Becomes the checksum of all bytes together.
  mutating func append(_ next: Checksum) {
    crc = UInt32(truncatingIfNeeded: crc32_combine_op(UInt(crc), UInt(next.crc), next.shift))
    length &+= next.length
  }
}
