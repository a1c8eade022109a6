import DatastarLocking
import DatastarPubSub
import Testing

@testable import TodoApp

@Suite("Headcount: who has a list open at other servers") struct HeadcountTests {
  @Test(
    "what a server says is read back",
    arguments: [(0, false, [], ""), (7, true, [], ""), (7, false, [1, .max], "1-2:3 4-5:6")])
  func words(count: Int, asks: Bool, browsers: [UInt64], edits: String) throws {
    let said = Headcount.Announcement(server: "a1", count: count, asks: asks, browsers: browsers, edits: edits)
    let announcement = try #require(Headcount.Announcement(said.payload))
    #expect(
      (announcement.server, announcement.count, announcement.asks, announcement.edits) == ("a1", count, asks, edits))
    #expect(announcement.browsers == browsers)
  }

  @Test(
    "anything else is not heard",
    arguments: ["", "a", "a x", "a -1", "a 9223372036854775807", "a 99999999999999999999", " 5"])
  func strangers(text: String) {
    #expect(Headcount.Announcement(Payload(Array(text.utf8))) == nil)
  }

  @Test("the last announcement of each server counts, and none who has been silent for long")
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
    #expect(headcount.count(without: Visitors()) == 7)
    let forgotten = [headcount.forget(at: start + .seconds(29)), headcount.forget(at: start + .seconds(31))]
    #expect(forgotten == [false, true])
    #expect(headcount.count(without: Visitors()) == 4)
    _ = hear(&headcount, "a", 0, 32)
    #expect(headcount.count(without: Visitors()) == 0)
  }
  @Test("a browser that is at two servers, or here as well, is counted once")
  func oneBrowserAtMany() {
    var (headcount, own) = (Headcount(), Visitors())
    own.enter(1)
    // The fourth at b has not said which browser it is.
    _ = headcount.hear(.init(server: "a", count: 2, asks: false, browsers: [1, 2]))
    _ = headcount.hear(.init(server: "b", count: 4, asks: false, browsers: [1, 2, 3]))
    #expect(headcount.count(without: own) == 3)
    #expect(headcount.count(without: Visitors()) == 4)
  }

  @Test("of many browsers two servers tell of the same ones, and of no more than fit")
  func manyBrowsers() throws {
    let browsers = (0..<1_000).map { "\($0)".utf8.digest }
    let told = Headcount.Announcement.told(of: browsers)
    let limit = Headcount.Announcement.browserLimit
    #expect(told.count == limit && told == Headcount.Announcement.told(of: browsers.reversed()))
    let flood = Headcount.Announcement(server: "a", count: 1_000, asks: false, browsers: browsers)
    #expect(Headcount.Announcement(flood.payload)?.browsers == Array(browsers.prefix(limit)))
  }
}
