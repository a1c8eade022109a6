import DatastarPubSub
import Testing

@testable import TodoApp

@Suite("Headcount: who has a list open at other servers") struct HeadcountTests {
  @Test("what a server says is read back", arguments: [(0, false, ""), (7, true, ""), (7, false, "1-2:3 4-5:6")])
  func words(count: Int, asks: Bool, edits: String) throws {
    let said = Headcount.Word(server: "a1", count: count, asks: asks, edits: edits)
    let word = try #require(Headcount.Word(said.payload))
    #expect((word.server, word.count, word.asks, word.edits) == ("a1", count, asks, edits))
  }

  @Test("anything else is not heard", arguments: ["", "a", "a x", "a -1", "a 99999999999999999999", " 5"])
  func strangers(text: String) {
    #expect(Headcount.Word(Payload(Array(text.utf8))) == nil)
  }

  @Test("the last word of each server counts, and none who has been silent for long")
  func counting() {
    var headcount = Headcount()
    let start = ContinuousClock.now
    let hear = { (headcount: inout Headcount, server: String, count: Int, seconds: Int) in
      headcount.hear(.init(server: server, count: count, asks: false), at: start + .seconds(seconds))
    }
    let answers = [
      hear(&headcount, "a", 2, 0), hear(&headcount, "b", 3, 0), hear(&headcount, "a", 2, 20),
      hear(&headcount, "a", 4, 20),
      hear(&headcount, "c", 0, 20),
    ]
    #expect(answers == [true, true, false, true, false])
    #expect(headcount.total == 7)
    let forgotten = [headcount.forget(at: start + .seconds(29)), headcount.forget(at: start + .seconds(31))]
    #expect(forgotten == [false, true])
    #expect(headcount.total == 4)
    _ = hear(&headcount, "a", 0, 32)
    #expect(headcount.total == 0)
  }
}
