import DatastarPubSub
import LibeventHTTP
import Metrics
import Testing

@testable import DatastarHTTP

@Suite("EncodedFrame: compressed beside the loops") struct PreparedFrameTests {
  private func frame(_ size: Int) -> Frame {
    Frame(Payload(Array(repeating: UInt8(ascii: "x"), count: size), version: .init(revision: 1)))
  }

  @Test("a large frame is compressed by its publisher where one of the loop's streams is compressed")
  func publisher() async throws {
    let loop = try EventLoop()
    let outlet = await loop.run { LoopOutlet.on(loop, metrics: NOOPMetricsHandler.instance) }
    let (unwanted, small, large) = (frame(100_000), frame(10_000), frame(100_000))
    // Nobody is on the topic, so the loop has no need of any of them.
    _ = outlet.deliver(unwanted, of: "list")
    outlet.compressedStreams.add()
    _ = outlet.deliver(small, of: "list")
    _ = outlet.deliver(large, of: "list")
    #expect([unwanted, small, large].map { $0.encoded(for: "list").isPrepared } == [false, false, true])
    loop.stop()
  }

  @Test("clients of HTTP/1.0 and of HTTP/1.1 are sent the same block of a large frame")
  func framings() {
    let encoded = EncodedFrame(frame(100_000), of: "list")
    encoded.prepare()
    let block = encoded.block(after: DecoderWindow(), .untilClose).bytes
    #expect(encoded.block(after: DecoderWindow(), .chunked).bytes == BodyFraming.chunked.framed(block))
  }
}
