import Datastar
import Testing
import TodoTestSupport

@Suite("EventID: what it refuses") struct EventIDTests {
  @Test("an id with a line break or NUL is refused", arguments: ["a\nb", "a\rb", "a\r\nb", "\n", "a\0"])
  func refused(id: String) {
    #expect(throws: EventError.invalidEventID(id)) { try EventID(id) }
  }

  @Test("any other id stands on the wire as it is", arguments: ["", " a", "7", "a:b", "é😀", "a\u{2028}b"])
  func accepted(id: String) throws {
    let event = ServerSentEvent(PatchSignals(json: "{}"), eventID: try EventID(id))
    #expect(wire(event) == "event: datastar-patch-signals\nid: \(id)\ndata: signals {}\n\n")
    #expect(EventStreamReader(event.bytes).lastEventID == id)
  }

  @Test("a number becomes its decimal digits")
  func number() {
    #expect(EventID(UInt64.max).value == "18446744073709551615")
  }
}

@Suite("CSSSelector: what it refuses") struct CSSSelectorTests {
  @Test("an empty selector and one with a line break are refused", arguments: ["", "#a\n#b", "#a\r", "#a\r\n#b"])
  func refused(selector: String) {
    #expect(throws: EventError.invalidSelector(selector)) { try CSSSelector(selector) }
  }

  @Test("any other selector stands on the wire as it is", arguments: ["#a > b, [c='d']", " x", "#é"])
  func accepted(selector: String) throws {
    let patch = PatchElements.removing(try CSSSelector(selector))
    #expect(
      wire(patch) == "event: datastar-patch-elements\ndata: selector \(selector)\ndata: mode remove\n\n")
  }
}
