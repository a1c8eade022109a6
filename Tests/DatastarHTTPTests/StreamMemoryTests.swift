import DatastarPubSub
import HTTPServer
import TestSupport
import Testing

@testable import DatastarHTTP

@Suite("GzipStream: in step with others") struct GzipStreamInStepTests {
  /// What one browser reads, and the memory of its stream.
  private struct Client {
    var gzip = GzipStream(.untilClose)
    let inflater = Inflater()
    var text: [UInt8] = []

    init() throws { try read(gzip.header) }

    mutating func read(_ bytes: [UInt8]) throws { text += try inflater.inflate(bytes) }
    mutating func send(_ frame: Frame) throws { try read(gzip.block(of: LoopFrame(frame))) }
  }

  private func frames(_ count: Int) -> [Frame] {
    var random = SplitMix64(seed: 5)
    var rows = (0..<100).map { _ in "<li>\(UInt64.random(in: 0...(.max), using: &random))</li>" }
    var frames: [Frame] = []
    for number in 0..<count {
      rows[number] = "<li>\(number)</li>"
      frames.append(Frame(Payload(Array(rows.joined().utf8)), after: frames.last))
    }
    return frames
  }

  @Test("a stream that was in step for some frames goes on alone and ends with the checksum of all that it was sent")
  func checksum() throws {
    let frames = frames(9)
    var common = GzipStream(.untilClose)
    var (early, late) = (try Client(), try Client())
    try early.send(frames[0])
    common.begin(after: frames[0].id)
    early.gzip.join(common)
    for (number, frame) in frames[1..<7].enumerated() {
      if number == 2 {
        try late.send(frames[2])
        late.gzip.join(common)
      }
      let block = common.block(of: LoopFrame(frame))
      try early.read(block)
      if number >= 2 { try late.read(block) }
    }
    late.gzip.leave(common)
    early.gzip.leave(common)
    for frame in frames[7...] {
      try early.send(frame)
      try late.send(frame)
    }
    try early.read(early.gzip.trailer)
    try late.read(late.gzip.trailer)
    #expect(early.inflater.isComplete && late.inflater.isComplete)
    #expect(early.text == frames.flatMap(\.payload.bytes))
    #expect(late.text == frames[2...].flatMap(\.payload.bytes))
  }

  @Test("a stream that leaves can be sent the block against the frame that all were sent last")
  func lastFrame() throws {
    let frames = frames(3)
    var (common, client) = (GzipStream(.untilClose), try Client())
    try client.send(frames[0])
    common.begin(after: frames[0].id)
    client.gzip.join(common)
    try client.read(common.block(of: LoopFrame(frames[1])))
    client.gzip.leave(common)
    let block = client.gzip.block(of: LoopFrame(frames[2]))
    #expect(block.count < 100)
    try client.read(block)
    #expect(client.text == frames.flatMap(\.payload.bytes))
  }
}
