import CZlib
import DatastarPubSub
import HTTPServer
import Locking

/// A frame in the forms that go on the wire. Each is made once, when the first stream needs it, and shared by all.
final class EncodedFrame: Sendable {
  /// The frame's name.
  let id: Frame.ID
  /// The frame that the block which refers back refers to.
  let previous: Frame.ID?
  private let bytes: [UInt8]
  private let previousBytes: [UInt8]
  private let forms = Locked(Forms())

  private struct Forms {
    var plain: [UInt8]?
    var whole: [UInt8]?
    var delta: [UInt8]?
    var checksum: Checksum?
  }

  init(_ frame: Frame) {
    id = frame.id
    bytes = frame.payload.bytes
    previous = frame.previous?.id
    previousBytes = frame.previous?.bytes ?? []
  }

  /// The events as they are.
  func plain(_ framing: BodyFraming) -> [UInt8] {
    form(\.plain, framing) { bytes }
  }

  /// A block of deflate that any stream can be sent.
  func whole(_ framing: BodyFraming) -> [UInt8] {
    form(\.whole, framing) { Deflater.block(of: bytes) }
  }

  /// A much smaller block of deflate, for a stream on which nothing has been sent since the frame before.
  func delta(_ framing: BodyFraming) -> [UInt8] {
    form(\.delta, framing) { Deflater.block(of: bytes, after: previousBytes) }
  }

  /// What the events add to the checksum at the end of a compressed stream.
  var checksum: Checksum {
    forms.withLock { forms in
      let checksum = forms.checksum ?? Checksum(of: bytes)
      forms.checksum = checksum
      return checksum
    }
  }

  private func form(
    _ form: WritableKeyPath<Forms, [UInt8]?>, _ framing: BodyFraming, _ make: () -> [UInt8]
  ) -> [UInt8] {
    // Clients of HTTP/1.0 are too few for a form of their own.
    guard framing == .chunked else { return make() }
    return forms.withLock { forms in
      if let made = forms[keyPath: form] { return made }
      let made = framing.framed(make())
      forms[keyPath: form] = made
      return made
    }
  }
}

extension EventLoop: DeliveryExecutor {}
