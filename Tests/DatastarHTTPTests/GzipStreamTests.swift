import DatastarPubSub
import LibeventHTTP
import Testing
import TodoTestSupport

@testable import DatastarHTTP

@Suite("GzipStream: in step with others") struct GzipStreamTests {
  /// What one browser reads, and the memory of its stream.
  private struct Client {
    var gzip = GzipStream(.untilClose)
    let inflater = Inflater()
    var text: [UInt8] = []

    init() throws { try read(gzip.header) }

    mutating func read(_ bytes: [UInt8]) throws { text += try inflater.inflate(bytes) }

    /// Returns how many bytes it took.
    @discardableResult mutating func send(_ frame: Frame, of topic: Topic? = "list") throws -> Int {
      let block = gzip.block(of: EncodedFrame(frame, of: topic))
      try read(block)
      return block.count
    }
  }

  /// States of a topic that are nearly the same, about 2 KB each, of which little can be compressed.
  private func states(_ count: Int, seed: UInt64 = 5) -> [Frame] {
    var random = SplitMix64(seed: seed)
    var rows = (0..<100).map { _ in "<li>\(UInt64.random(in: 0...(.max), using: &random))</li>" }
    return (0..<count).map { number in
      rows[number] = "<li>\(number)</li>"
      return Frame(Payload(Array(rows.joined().utf8), version: .init(revision: Int64(number))))
    }
  }

  @Test("a stream that was in step for some frames goes on alone and ends with the checksum of all that it was sent")
  func checksum() throws {
    let frames = states(9)
    var (early, late) = (try Client(), try Client())
    try early.send(frames[0])
    var common = GzipStream(inStepWith: early.gzip)
    var isInStep = early.gzip.join(&common)
    #expect(isInStep)
    for (number, frame) in frames[1..<7].enumerated() {
      if number == 2 {
        try late.send(frames[2])
        isInStep = late.gzip.join(&common)
        #expect(isInStep)
      }
      let block = common.block(of: EncodedFrame(frame, of: "list"))
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

  @Test("a stream that leaves is sent the block against what all were sent last")
  func window() throws {
    let frames = states(3)
    var client = try Client()
    try client.send(frames[0])
    var common = GzipStream(inStepWith: client.gzip)
    let isInStep = client.gzip.join(&common)
    #expect(isInStep)
    try client.read(common.block(of: EncodedFrame(frames[1], of: "list")))
    client.gzip.leave(common)
    let count = try client.send(frames[2])
    #expect(count < 100)
    #expect(client.text == frames.flatMap(\.payload.bytes))
  }

  @Test("a stream that has read something else last, or is framed otherwise, does not come in step")
  func others() throws {
    let frames = states(3)
    var (client, other, same) = (try Client(), try Client(), try Client())
    try client.send(frames[0])
    try other.send(frames[1])
    try same.send(frames[0])
    var common = GzipStream(inStepWith: client.gzip)
    var chunked = GzipStream(.chunked)
    _ = chunked.block(of: EncodedFrame(frames[0], of: "list"))
    let areInStep = [
      client.gzip.join(&common), other.gzip.join(&common), same.gzip.join(&common), chunked.join(&common),
    ]
    #expect(areInStep == [true, false, true, false])
  }

  @Test("streams with other beginnings come in step, and all read on")
  func beginnings() throws {
    let (frames, before) = (states(5), states(2, seed: 6))
    var (client, other) = (try Client(), try Client())
    for frame in frames[..<3] { try client.send(frame) }
    var common = GzipStream(inStepWith: client.gzip)
    var isInStep = client.gzip.join(&common)
    #expect(isInStep)
    for frame in [before[0], before[1], frames[2]] { try other.send(frame) }
    isInStep = other.gzip.join(&common)
    #expect(isInStep)
    for frame in frames[3...] {
      let block = common.block(of: EncodedFrame(frame, of: "list"))
      #expect(block.count < 100)
      try client.read(block)
      try other.read(block)
    }
    #expect(client.text == frames.flatMap(\.payload.bytes))
    #expect(other.text == (before + frames[2...]).flatMap(\.payload.bytes))
  }

  @Test("heartbeats, messages and states of other topics cost the next change nothing")
  func between() throws {
    let (frames, words) = (states(2), states(3, seed: 7))
    for topics in [[nil], ["presence"], ["list", nil, "presence"]] as [[Topic?]] {
      var client = try Client()
      try client.send(frames[0])
      for (word, topic) in zip(words, topics) {
        let isState = topic == "presence"
        try client.send(Frame(Payload(word.payload.bytes, version: isState ? .init(revision: 1) : nil)), of: topic)
      }
      let count = try client.send(frames[1])
      #expect(count < 100)
    }
  }
}
