import DatastarLocking
import DatastarPubSub
import LibeventHTTP

/// A frame in the forms that go on the wire. Each is made once, when the first loop needs it, and shared by all.
final class EncodedFrame: Sendable {
  /// What decoders have read when they have read the frame.
  let piece: DecoderWindow.Piece
  private let bytes: [UInt8]
  private let refersBack: Bool
  private let made = Locked(Forms())

  /// - Parameter topic: nil for what is of no topic. That is sent seldom or to one stream, and its block stands alone.
  init(_ frame: Frame, of topic: Topic?) {
    bytes = frame.payload.bytes
    refersBack = topic != nil && bytes.count <= Deflater.smallSize
    piece = DecoderWindow.Piece(bytes, stateOf: frame.payload.version == nil ? nil : topic)
  }

  private struct Forms {
    var blocks: [(window: DecoderWindow, framing: BodyFraming, bytes: [UInt8])] = []
    /// The block that stands alone, as it is in any body.
    var alone: [UInt8]?
    var checksum: Checksum?
    var plain: [BodyFraming: [UInt8]] = [:]
    var shared: [BodyFraming: SharedBytes] = [:]
    var plainStreams = 0
  }
}

// MARK: - Compressed

extension EncodedFrame {
  /// For how many windows blocks are made; who comes with one more is sent the block that stands alone.
  private static let windowLimit = 8

  /// Makes the block that stands alone on the caller's thread, so that none of the loops that send it has to.
  func prepare() { _ = block(after: DecoderWindow(), .untilClose) }

  /// Whether the block that stands alone is there.
  var isPrepared: Bool { made.withLock { $0.alone != nil } }

  /// Returns the frame as a block of deflate for a decoder that has read `window` last, and the frame's checksum.
  func block(after window: DecoderWindow, _ framing: BodyFraming) -> (bytes: [UInt8], checksum: Checksum) {
    made.withLock { made in
      let checksum = made.checksum ?? Checksum(of: bytes)
      made.checksum = checksum
      return (block(after: refersBack ? window : DecoderWindow(), framing, &made), checksum)
    }
  }

  private func block(after window: DecoderWindow, _ framing: BodyFraming, _ made: inout Forms) -> [UInt8] {
    if let known = made.blocks.first(where: { $0.framing == framing && $0.window == window }) { return known.bytes }
    if !window.isEmpty, made.blocks.count >= Self.windowLimit { return block(after: DecoderWindow(), framing, &made) }
    let block = framing.framed(window.isEmpty ? alone(&made) : Deflater.block(of: bytes, after: window.bytes))
    made.blocks.append((window, framing, block))
    return block
  }

  private func alone(_ made: inout Forms) -> [UInt8] {
    let block = made.alone ?? Deflater.block(of: bytes)
    made.alone = block
    return block
  }
}

// MARK: - Plain

extension EncodedFrame {
  /// Below so many streams, sharing is not worth the file that it takes.
  private static let fewStreams = 8

  /// Sends the frame to a stream that is not compressed. Returns how many bytes it is.
  func write(to response: ResponseStream) -> Int {
    let (bytes, shared) = plain(response.framing, for: 1)
    if let shared { response.write(shared) } else { response.write(bytes) }
    return bytes.count
  }

  /// Sends the frame to streams that are not compressed. Returns how many bytes it is for each.
  func write(to group: ResponseGroup, _ framing: BodyFraming) -> Int {
    let (bytes, shared) = plain(framing, for: group.count)
    if let shared { group.write(shared) } else { group.write(bytes) }
    return bytes.count
  }

  /// Returns the events as they stand in a body, and where connections can share them, if that is worth it.
  private func plain(_ framing: BodyFraming, for streams: Int) -> (bytes: [UInt8], shared: SharedBytes?) {
    made.withLock { made in
      let bytes = made.plain[framing] ?? framing.framed(bytes)
      made.plain[framing] = bytes
      made.plainStreams += streams
      guard made.plainStreams > Self.fewStreams, bytes.count >= SharedBytes.worthwhile else { return (bytes, nil) }
      let shared = made.shared[framing] ?? SharedBytes(bytes)
      made.shared[framing] = shared
      return (bytes, shared)
    }
  }
}
