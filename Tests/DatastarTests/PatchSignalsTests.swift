import Datastar
import Testing

@Suite("PatchSignals: data lines") struct PatchSignalsTests {
  @Test("signal values are written on one line in their order")
  func values() {
    let patch = PatchSignals(["b": "x\r\ny", "a": ["n": 1, "on": true, "off": .null, "list": [1.5, "é"]]])
    #expect(
      wire(patch) == #"""
        event: datastar-patch-signals
        data: signals {"b":"x\r\ny","a":{"n":1,"on":true,"off":null,"list":[1.5,"é"]}}


        """#)
  }

  @Test("onlyIfMissing is written only if it is set")
  func onlyIfMissing() {
    let patch = PatchSignals(json: #"{"a":1}"#, onlyIfMissing: true)
    #expect(wire(patch) == "event: datastar-patch-signals\ndata: onlyIfMissing true\ndata: signals {\"a\":1}\n\n")
  }

  @Test("an encodable value is written on one line with sorted names")
  func encodable() throws {
    struct Form: Encodable {
      var title = "a/b\n"
      var count = 2
    }
    let patch = try PatchSignals(encoding: Form())
    #expect(wire(patch) == "event: datastar-patch-signals\ndata: signals {\"count\":2,\"title\":\"a/b\\n\"}\n\n")
  }

  @Test("a value that does not encode to an object is refused")
  func notAnObject() {
    #expect(throws: EventError.notEncodable(reason: "not an object")) { try PatchSignals(encoding: [1, 2]) }
    #expect(throws: EventError.self) { try PatchSignals(encoding: ["a": Double.nan]) }
  }

  @Test(
    "removed signals become nulls in one object",
    arguments: [
      (["one"], #"{"one":null}"#),
      (["one", "two.alpha"], #"{"one":null,"two":{"alpha":null}}"#),
      (["two.alpha", "two.beta.x"], #"{"two":{"alpha":null,"beta":{"x":null}}}"#),
      (["two.alpha", "two"], #"{"two":null}"#),
      (["two", "two.alpha"], #"{"two":null}"#),
      ([], "{}"),
    ])
  func removal(paths: [String], json: String) throws {
    let patch = try PatchSignals.removing(paths)
    #expect(wire(patch) == "event: datastar-patch-signals\ndata: signals \(json)\n\n")
  }

  @Test("a path with an empty name is refused", arguments: ["", ".", "a.", ".a", "a..b"])
  func emptyName(path: String) {
    #expect(throws: EventError.invalidSignalPath(path)) { try PatchSignals.removing("ok", path) }
  }

  @Test("a path of more names than signals may be deep is refused")
  func deepPath() throws {
    let names = Array(repeating: "a", count: 64)
    _ = try PatchSignals.removing(names.joined(separator: "."))
    let deeper = (names + ["a"]).joined(separator: ".")
    #expect(throws: EventError.invalidSignalPath(deeper)) { try PatchSignals.removing(deeper) }
  }
}
