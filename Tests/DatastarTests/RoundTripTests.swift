import Datastar
import Testing
import TodoTestSupport

@Suite("ServerSentEvent: what a browser reads back") struct RoundTripTests {
  private static let pieces = [
    "\r", "\n", "\r\n", "\n\r", "\0", "\u{FEFF}", "\u{85}", "\u{2028}", "😀", "👋🏽", "é", "e\u{301}", " ", ":",
    "data: ", "data: elements ", "id: 9", "event: x", "retry: 5", "\"", "\\", "a", "<li>", "</li>", "{", "}",
  ]

  @Test("random elements and signals arrive whole, with every line end as LF", arguments: UInt64(1)...40)
  func randomText(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let texts = (0..<60).map { _ in Self.text(using: &random) }
    var wire: [UInt8] = []
    for (index, text) in texts.enumerated() {
      if index.isMultiple(of: 2) {
        ServerSentEvent(PatchElements(text, selector: "#a"), eventID: EventID(index)).write(into: &wire)
      } else {
        ServerSentEvent(PatchSignals(json: text), eventID: EventID(index)).write(into: &wire)
      }
    }

    let reader = EventStreamReader(wire)
    #expect(reader.events.count == texts.count)
    #expect(reader.lastEventID == "59")
    #expect(reader.retryMilliseconds == nil)
    for (index, (event, text)) in zip(reader.events, texts).enumerated() {
      let arrived = Array(text.lines(endedBy: ["\r\n", "\n", "\r"]).joined(separator: "\n").utf8)
      if index.isMultiple(of: 2) {
        #expect(event.type == "datastar-patch-elements")
        #expect(event.fields["selector"] == "#a")
        #expect(Array((event.fields["elements"] ?? "").utf8) == arrived)
        #expect(Set(event.fields.keys).isSubset(of: ["selector", "elements"]))
      } else {
        #expect(event.type == "datastar-patch-signals")
        #expect(event.fields["signals"].map { Array($0.utf8) } == arrived)
        #expect(event.fields.count == 1)
      }
    }
  }

  @Test("random bytes, also such as are not UTF-8, never make or break an event", arguments: UInt64(1)...20)
  func randomBytes(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var wire: [UInt8] = []
    for _ in 0..<50 {
      let bytes = (0..<Int.random(in: 1...200, using: &random)).map { _ in
        // Half of them are line ends and their neighbours.
        UInt8.random(in: Bool.random(using: &random) ? 0x09...0x0E : 0x00...0xFF, using: &random)
      }
      ServerSentEvent(PatchElements(utf8: bytes)).write(into: &wire)
    }
    let events = EventStreamReader(wire).events
    #expect(events.count == 50)
    #expect(events.allSatisfy { $0.type == "datastar-patch-elements" && Set($0.fields.keys) == ["elements"] })
  }

  @Test("random signal values are read as they were written", arguments: UInt64(1)...40)
  func randomSignals(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let object = SignalObject((0..<20).map { ("\($0)", Self.value(depth: 0, using: &random)) })
    let event = EventStreamReader(ServerSentEvent(PatchSignals(object)).bytes).events.first
    let json = try #require(event?.fields["signals"])
    #expect(try Signals(json: json.utf8).object == object)
  }

  private static func text(using random: inout SplitMix64) -> String {
    (0..<Int.random(in: 0...30, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
  }

  private static func value(depth: Int, using random: inout SplitMix64) -> SignalValue {
    switch Int.random(in: 0...(depth < 4 ? 6 : 4), using: &random) {
    case 0: .null
    case 1: .bool(.random(using: &random))
    case 2: .number(Double(Int.random(in: -1_000_000...1_000_000, using: &random)))
    case 3: .number(.random(in: -1e300...1e300, using: &random))
    case 4: .string(text(using: &random))
    case 5: .array((0..<3).map { _ in value(depth: depth + 1, using: &random) })
    default:
      .object(SignalObject((0..<3).map { _ in (text(using: &random), value(depth: depth + 1, using: &random)) }))
    }
  }
}
