import DatastarPubSub
import LibeventHTTP
import Testing
import TodoTestSupport

@testable import DatastarHTTP

@Suite("DecoderWindow: what may be referred back to") struct DecoderWindowTests {
  private func window(_ pieces: [(String, Topic?)]) -> DecoderWindow {
    var window = DecoderWindow()
    for (text, topic) in pieces { window.append(.init(Array(text.utf8), stateOf: topic)) }
    return window
  }

  private func text(_ window: DecoderWindow) -> String { String(decoding: window.bytes, as: UTF8.self) }

  @Test("it is the end of what was read, in whole payloads, and within what deflate reaches")
  func bound() {
    var random = SplitMix64(seed: 1)
    var (window, read) = (DecoderWindow(), [UInt8]())
    for _ in 0..<100 {
      let size = Int.random(in: 0..<5, using: &random) == 0 ? 40_000 : Int.random(in: 0..<2_000, using: &random)
      let bytes = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
      window.append(.init(bytes, stateOf: nil))
      read += bytes
      #expect(window.bytes.count <= 32 * 1024 && window.bytes.elementsEqual(read.suffix(window.bytes.count)))
      #expect(window.bytes.count >= min(size, 8 * 1024))
    }
  }

  @Test("many heartbeats end it")
  func count() {
    var window = window([("state", "list")])
    for _ in 0..<10 { window.append(.init([1], stateOf: nil)) }
    #expect(text(window).hasPrefix("state"))
    for _ in 0..<100 { window.append(.init([1], stateOf: nil)) }
    #expect(window.bytes.count < 100 && !text(window).hasPrefix("state"))
  }

  @Test("windows are the same where the same was read, whoever sent it")
  func equality() {
    #expect(window([("a", "list"), ("b", nil)]) == window([("a", "list"), ("b", nil)]))
    #expect(window([("a", "list")]) != window([("b", "list")]))
    #expect(window([("a", "list")]) != window([("a", nil), ("a", "list")]))
  }

  @Test(
    "it is shortened to what another has read last, too, unless a topic would lose its state by that",
    arguments: [
      (["L1", "P1", "L2"], ["P1", "L2"], "P1L2"), (["L1", "P1", "L2"], ["X1", "P1", "L2"], "P1L2"),
      (["L1", "P1", "L2"], ["L2"], nil), (["L1", "L2"], ["X1", "L2"], "L2"), (["L1", "h"], ["L1", "h"], "L1h"),
      (["L1", "h"], ["X1", "h"], nil), (["h", "h"], ["X1", "h"], "h"), (["L1"], ["X1"], nil), ([], ["L1"], ""),
      (["L1"], [], nil),
    ] as [([String], [String], String?)])
  func shortening(own: [String], other: [String], expected: String?) {
    func made(_ names: [String]) -> DecoderWindow {
      window(names.map { ($0, $0 == "h" ? nil : Topic(String($0.prefix(1)))) })
    }
    var shortened = made(own)
    let isShortened = shortened.shorten(toCommonWith: made(other))
    #expect(isShortened == (expected != nil))
    #expect(text(shortened) == expected ?? own.joined())
  }
}

@Suite("EncodedFrame: blocks") struct EncodedFrameTests {
  private var random = SplitMix64(seed: 2)

  /// Bytes that cannot be compressed by themselves.
  private mutating func noise(_ count: Int = 2_000) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
  }

  private func window(_ pieces: [UInt8]...) -> DecoderWindow {
    var window = DecoderWindow()
    for piece in pieces { window.append(.init(piece, stateOf: nil)) }
    return window
  }

  @Test("blocks are made for a few windows, and who comes with another is sent the one that stands alone")
  mutating func limit() {
    let bytes = noise()
    let frame = EncodedFrame(Frame(Payload(bytes)), of: "list")
    let alone = frame.block(after: DecoderWindow(), .untilClose).bytes
    #expect(alone.count > bytes.count)
    for number in 0..<100 as Range<UInt8> {
      let block = frame.block(after: window([number], bytes), .untilClose).bytes
      #expect(number < 4 ? block.count < 100 : true)
      if number > 50 { #expect(block == alone) }
    }
    #expect(frame.block(after: window([0], bytes), .untilClose).bytes.count < 100)
  }

  @Test("what is of no topic, and what is large, stands alone")
  mutating func alone() {
    for (topic, size) in [(nil, 2_000), ("list", 40_000)] as [(Topic?, Int)] {
      let bytes = noise(size)
      let frame = EncodedFrame(Frame(Payload(bytes)), of: topic)
      let alone = frame.block(after: DecoderWindow(), .untilClose).bytes
      #expect(frame.block(after: window(bytes), .untilClose).bytes == alone)
    }
  }

  @Test("a block for HTTP/1.0 is that for HTTP/1.1 without its chunk")
  mutating func framing() {
    let bytes = noise()
    let frame = EncodedFrame(Frame(Payload(bytes)), of: "list")
    let (block, chunk) = (
      frame.block(after: DecoderWindow(), .untilClose).bytes, frame.block(after: DecoderWindow(), .chunked).bytes
    )
    #expect(chunk == Array("\(String(block.count, radix: 16))\r\n".utf8) + block + [0x0D, 0x0A])
  }
}
