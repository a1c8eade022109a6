import DatastarPubSub
import HTTPServer
import Locking

/// A frame in the forms that go on the wire. Each is made once, when the first loop needs it, and shared by all.
final class EncodedFrame: Sendable {
  /// The frame's name.
  let id: Frame.ID
  /// The frame that the block which refers back refers to.
  let previous: Frame.ID?
  private let bytes: [UInt8]
  private let previousBytes: [UInt8]
  private let made = Locked<[Form: [UInt8]]>([:])
  private let shared = Locked<SharedBytes?>(nil)

  /// What a frame is made into.
  enum Form: Int, CaseIterable {
    /// The events as they are.
    case plain
    /// A block of deflate that any stream can be sent.
    case whole
    /// A much smaller block of deflate, for a stream on which nothing has been sent since the frame before.
    case delta
  }

  init(_ frame: Frame) {
    id = frame.id
    bytes = frame.payload.bytes
    previous = frame.previous?.id
    previousBytes = frame.previous?.bytes ?? []
  }

  /// A form with its length before it, as HTTP/1.1 sends it.
  func chunk(_ form: Form) -> [UInt8] {
    made.withLock { made in
      let chunk = made[form] ?? BodyFraming.chunked.framed(make(form))
      made[form] = chunk
      return chunk
    }
  }

  /// The plain form where connections can share it.
  func sharedChunk() -> SharedBytes {
    let chunk = chunk(.plain)
    return shared.withLock { shared in
      let made = shared ?? SharedBytes(chunk)
      shared = made
      return made
    }
  }

  /// A form as it is.
  func make(_ form: Form) -> [UInt8] {
    switch form {
    case .plain: bytes
    case .whole: Deflater.block(of: bytes)
    case .delta: Deflater.block(of: bytes, after: previousBytes)
    }
  }

  /// What the events add to the checksum at the end of a compressed stream.
  func makeChecksum() -> Checksum { Checksum(of: bytes) }
}
