import CZlib
import DatastarPubSub
import LibeventHTTP

/// What one compressed stream has to remember: what its decoder has read last, and the checksum of all that it has read.
///
/// The blocks themselves are made once for all streams that have read the same last.
///
/// - Source: RFC 1952.
struct GzipStream {
  private let framing: BodyFraming
  private var window = DecoderWindow()
  private var checksum = Checksum(of: [])
  /// What the streams that this one is in step with had read when it came to them.
  private var joinedAt = Checksum(of: [])

  init(_ framing: BodyFraming) {
    self.framing = framing
  }

  /// What the stream begins with: deflate, no name, no time, any system.
  var header: [UInt8] { framing.framed([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]) }

  /// Returns the block that brings the decoder a frame.
  mutating func block(of frame: EncodedFrame) -> [UInt8] {
    let (block, checksum) = frame.block(after: window, framing)
    window.append(frame.piece)
    self.checksum.append(checksum)
    return block
  }

  /// What completes the stream: the last block, the checksum and the length.
  var trailer: [UInt8] {
    let numbers = [checksum.crc, UInt32(truncatingIfNeeded: checksum.length)].flatMap { number in
      (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
    return framing.framed(Deflater.last + numbers)
  }
}

// MARK: - In step with others

extension GzipStream {
  /// Creates what is kept for all streams that come to be in step with one.
  init(inStepWith stream: GzipStream) {
    (framing, window) = (stream.framing, stream.window)
  }

  /// Goes on as one of those that `common` stands for, which is kept up for all of them until each ``leave(_:)``s.
  /// Returns false, and does nothing, where this one has not read the same last.
  mutating func join(_ common: inout GzipStream) -> Bool {
    guard framing == common.framing, common.window.shorten(toCommonWith: window) else { return false }
    (joinedAt, window) = (common.checksum, DecoderWindow())
    return true
  }

  /// Takes over what has been read in common.
  mutating func leave(_ common: GzipStream) {
    checksum.append(from: joinedAt, to: common.checksum)
    window = common.window
  }
}

/// The checksum of bytes that can be put behind that of the bytes before them.
struct Checksum {
  /// CRC-32 of the bytes.
  private(set) var crc: UInt32
  /// How many there are; the trailer has it modulo 2³².
  private(set) var length: Int

  init(of bytes: [UInt8]) {
    crc = UInt32(truncatingIfNeeded: crc32_z(0, bytes, bytes.count))
    length = bytes.count
  }

  /// Becomes the checksum of all bytes together.
  mutating func append(_ next: Checksum) {
    append(from: Checksum(of: []), to: next)
  }

  /// Becomes the checksum with the bytes behind it by which `end` is longer than `start`.
  ///
  /// Combining shifts the first checksum by the second's length and adds the second, where adding is exclusive or: what
  /// `start` has brought into `end` is taken out by adding it once more.
  mutating func append(from start: Checksum, to end: Checksum) {
    let added = end.length - start.length
    crc = UInt32(truncatingIfNeeded: crc32_combine(UInt(crc ^ start.crc), UInt(end.crc), added))
    length += added
  }
}
