import Datastar
import Testing

@Suite("ServerSentEvent: wire form") struct ServerSentEventTests {
  @Test("the lines come in the order event, id, retry, data, and end with an empty line")
  func order() {
    let event = ServerSentEvent(
      PatchElements("<p>a</p>\n<p>b</p>", selector: "#x"), eventID: "42", retryDuration: .seconds(2))
    #expect(
      wire(event) == """
        event: datastar-patch-elements
        id: 42
        retry: 2000
        data: selector #x
        data: elements <p>a</p>
        data: elements <p>b</p>


        """)
  }

  @Test(
    "a retry time is written in whole milliseconds within what a timer holds",
    arguments: [
      (Duration.milliseconds(1), "1"), (.microseconds(2_999), "2"), (.seconds(-5), "0"), (.zero, "0"),
      (.milliseconds(999), "999"), (.seconds(Int64.max), "2147483647"),
    ])
  func retry(duration: Duration, digits: String) {
    let event = ServerSentEvent(PatchSignals(json: "{}"), retryDuration: duration)
    #expect(wire(event) == "event: datastar-patch-signals\nretry: \(digits)\ndata: signals {}\n\n")
  }

  @Test("a retry time of one second is the protocol's default and is not written")
  func defaultRetry() {
    let event = ServerSentEvent(PatchSignals(json: "{}"), retryDuration: .seconds(1))
    #expect(wire(event) == "event: datastar-patch-signals\ndata: signals {}\n\n")
  }

  @Test("writing appends to what the buffer holds")
  func appends() {
    var output = Array(": hello\n\n".utf8)
    ServerSentEvent(PatchSignals(json: "{}")).write(into: &output)
    #expect(output == Array(": hello\n\nevent: datastar-patch-signals\ndata: signals {}\n\n".utf8))
  }

  @Test(
    "a data line begins after each LF, CR and CRLF and nowhere else",
    arguments: [
      ("a\nb", ["a", "b"]), ("a\rb", ["a", "b"]), ("a\r\nb", ["a", "b"]),
      ("a\n\rb", ["a", "", "b"]), ("a\r\r\nb", ["a", "", "b"]), ("a\r\n\nb", ["a", "", "b"]),
      ("\r", ["", ""]), ("\r\n", ["", ""]), ("\n\n", ["", "", ""]), ("a\r\n", ["a", ""]),
      ("a\u{85}\u{2028}\u{0B}\u{0C}b", ["a\u{85}\u{2028}\u{0B}\u{0C}b"]), ("\0", ["\0"]),
    ])
  func lineEnds(elements: String, lines: [String]) {
    let data = lines.map { "data: elements \($0)\n" }.joined()
    let event = ServerSentEvent(PatchElements(elements))
    #expect(event.bytes == Array("event: datastar-patch-elements\n\(data)\n".utf8))
  }
}

/// An event's bytes as text.
func wire(_ event: ServerSentEvent) -> String {
  String(decoding: event.bytes, as: UTF8.self)
}

/// The bytes as text of an event without id and retry time.
func wire(_ event: some DatastarEvent) -> String {
  wire(ServerSentEvent(event))
}
