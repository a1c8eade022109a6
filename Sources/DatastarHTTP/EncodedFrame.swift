import DatastarPubSub
import HTTPServer

/// A frame in the forms that go on the wire, each made once, when the first stream needs it.
struct EncodedFrame: Sendable {
  private let plain: [UInt8]
  private let chunked: [UInt8]

  init(_ payload: Payload) {
    plain = payload.bytes
    chunked = BodyFraming.chunked.framed(payload.bytes)
  }

  func bytes(_ framing: BodyFraming) -> [UInt8] {
    switch framing {
    case .chunked: chunked
    case .untilClose: plain
    }
  }
}

extension EventLoop: DeliveryExecutor {}
