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

  @Test(
    "a value in a literal is part of a name, whatever characters it has",
    arguments: [
      ("7", "#todo-7"), ("a.b c", #"#todo-a\.b\ c"#), ("é😀", "#todo-é😀"), ("", "#todo-"), ("x\ny", #"#todo-x\a y"#),
      ("#,>", ##"#todo-\#\,\>"##), ("\0", "#todo-\u{FFFD}"), (#"\"]"#, #"#todo-\\\"\]"#),
    ])
  func interpolated(value: String, selector: String) {
    let written: CSSSelector = "#todo-\(value)"
    #expect(written.value == selector)
  }

  @Test(
    "a digit that begins a name is escaped, as a browser's CSS.escape does",
    arguments: [("7a", #"#\37 a"#), ("-7", #"#-\37 "#), ("--7", "#--7"), ("a7", "#a7"), ("_7", "#_7")])
  func leadingDigit(value: String, selector: String) {
    let written: CSSSelector = "#\(value)"
    #expect(written.value == selector)
    let (whole, seven) = ("#a > b" as CSSSelector, 7)
    #expect(("\(whole) > #-\(seven)" as CSSSelector).value == #"#a > b > #-\37 "#)
  }

  @Test("a literal is always one line, and an empty one selects nothing")
  func literals() {
    let nothing = ""
    #expect(("\(nothing)" as CSSSelector).value == ":not(*)" && ("" as CSSSelector).value == ":not(*)")
    #expect(("#a,\n#b" as CSSSelector).value == "#a, #b")
    #expect(("v\("1\n2")" as EventID).value == "v1 2")
  }
}
