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

@Suite("PendingFrames: what waits for a slow client") struct PendingFramesTests {
  private func state(_ revision: Int64) -> Frame { Frame(Payload([], version: .init(revision: revision))) }

  @Test("a newer state takes the place of the older one of its topic, and of nothing else")
  func conflation() {
    var pending = PendingFrames()
    let (message, newest, other) = (Frame(Payload([])), state(2), state(1))
    var replaced: [Int] = []
    for (frame, topic) in [(state(1), "a"), (other, "b"), (message, "a"), (newest, "a")] as [(Frame, Topic)] {
      replaced.append(pending.append(frame, of: topic))
    }
    #expect(replaced == [0, 0, 0, 1])
    let (taken, rest) = (pending.take(), pending.take())
    #expect(taken.map(\.frame.id) == [other.id, message.id, newest.id])
    #expect(rest.isEmpty)
  }

  @Test("states never make it too long, and messages do at the seventeenth")
  func limit() {
    var pending = PendingFrames()
    for revision in 1...100 as ClosedRange<Int64> { _ = pending.append(state(revision), of: "a") }
    for _ in 0..<15 { _ = pending.append(Frame(Payload([])), of: "a") }
    #expect(!pending.isTooLong)
    _ = pending.append(Frame(Payload([])), of: "a")
    #expect(pending.isTooLong)
  }
}

@Suite("SentVersions: never backwards") struct SentVersionsTests {
  @Test("a state is to be sent if it is newer than all before of its topic")
  func order() {
    var sent = SentVersions(lastEventID: nil)
    let versions: [Payload.Version] = [
      .init(revision: 2), .init(revision: 2), .init(revision: 1, sequence: 9), .init(revision: 2, sequence: 1),
      .init(revision: 3),
    ]
    let isSent = versions.map { sent.advance(to: $0, of: "a") } + [sent.advance(to: versions[0], of: "b")]
    #expect(isSent == [true, false, false, true, true, true])
  }

  @Test("a client that comes back is not sent the state that it has, and every one after it")
  func comingBack() {
    var (current, behind) = (SentVersions(lastEventID: "7"), SentVersions(lastEventID: "6"))
    let isSent = ([7, 8] as [Int64]).map { revision in
      [current.advance(to: .init(revision: revision), of: "a"), behind.advance(to: .init(revision: revision), of: "a")]
    }
    #expect(isSent == [[false, true], [true, true]])
  }
}
