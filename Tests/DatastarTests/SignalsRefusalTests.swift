import Datastar
import Testing

@Suite("Signals: what they refuse") struct SignalsRefusalTests {
  private func error(_ json: [UInt8]) -> SignalsError? {
    do throws(SignalsError) {
      _ = try Signals(json: json)
      return nil
    } catch {
      return error
    }
  }

  @Test(
    "bytes that are not UTF-8 are refused, in a string that nobody reads as well",
    arguments: [
      [0xFF], [0xC3], [0x80], [0xC0, 0xAF], [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
    ])
  func notUTF8(bytes: [UInt8]) {
    #expect(error(Array(#"{"a":""#.utf8) + bytes + Array(#""}"#.utf8)) == .notUTF8)
  }

  @Test("UTF-16 and UTF-32 are refused, with and without a byte order mark")
  func wideEncodings() {
    let json = Array(#"{"a":1}"#.utf8)
    #expect(error([0xFF, 0xFE] + json.flatMap { [$0, 0] }) == .notUTF8)
    #expect(error([0xFE, 0xFF] + json.flatMap { [0, $0] }) == .notUTF8)
    #expect(error(json.flatMap { [$0, 0] }) == .malformed(reason: "expected a name", offset: 1))
    #expect(error(json.flatMap { [0, $0] }) == .malformed(reason: "expected a value", offset: 0))
    #expect(error(json.flatMap { [$0, 0, 0, 0] }) == .malformed(reason: "expected a name", offset: 1))
  }

  @Test("a byte order mark is refused")
  func byteOrderMark() {
    #expect(error([0xEF, 0xBB, 0xBF] + Array("{}".utf8)) == .malformed(reason: "expected a value", offset: 0))
  }

  @Test("more values than are wanted are refused, and as many are read")
  func maximumValues() throws {
    let json = Array(#"{"a":[1,{"b":"2,3"}],"c":[]}"#.utf8)
    #expect(throws: SignalsError.tooManyValues(limit: 5)) { try Signals(json: json, maximumValues: 5) }
    #expect(try Signals(json: json, maximumValues: 6) == Signals(json: json))
  }

  @Test(
    "text that is not JSON is refused with the reason and the place",
    arguments: [
      ("", "unexpected end", 0), ("  ", "unexpected end", 2), ("{", "unexpected end", 1),
      (#"{"a"#, "unexpected end", 3), (#"{"a":"#, "unexpected end", 5), (#"{"a":1"#, "unexpected end", 6),
      (#"{"a":-"#, "unexpected end", 6), (#"{"a":"\u12"#, "unexpected end", 10), (#"{"a":"\"#, "unexpected end", 7),
      ("{} x", "text after the value", 3), ("{}{}", "text after the value", 2), ("{}\0", "text after the value", 2),
      (#"{"a":1,}"#, "expected a name", 7), ("{a:1}", "expected a name", 1), ("{'a':1}", "expected a name", 1),
      (#"{"a" 1}"#, "expected ':'", 5), (#"{"a":1 "b":2}"#, "expected ',' or '}'", 7),
      (#"{"a":[1 2]}"#, "expected ',' or ']'", 8), (#"{"a":[1,]}"#, "expected a value", 8),
      (#"{"a":[}"#, "expected a value", 6), ("/**/{}", "expected a value", 0), ("\u{B}{}", "expected a value", 0),
      (#"{"a":NaN}"#, "expected a value", 5), (#"{"a":tru}"#, "expected a value", 5),
      (#"{"a":undefined}"#, "expected a value", 5), (#"{"a":+1}"#, "expected a value", 5),
      (#"{"a":.5}"#, "expected a value", 5),
      (#"{"a":5.}"#, "expected a digit", 7), (#"{"a":1e}"#, "expected a digit", 7),
      (#"{"a":01}"#, "number with a leading zero", 6), (#"{"a":0x1}"#, "expected ',' or '}'", 6),
      (#"{"a":1e400}"#, "number out of range", 5), (#"{"a":-1e400}"#, "number out of range", 5),
      ("{\"a\":\"\n\"}", "control character in a string", 6), ("{\"a\":\"\0\"}", "control character in a string", 6),
      (#"{"a":"\x41"}"#, "unknown escape", 7), (#"{"a":"\u00g0"}"#, "expected a hexadecimal digit", 10),
      (#"{"a":"\ud800"}"#, "half of a surrogate pair", 6), (#"{"a":"\udc00"}"#, "half of a surrogate pair", 6),
      (#"{"a":"\ud800\u0041"}"#, "half of a surrogate pair", 6), (#"{"a":"\ud800\n"}"#, "half of a surrogate pair", 6),
    ])
  func malformed(json: String, reason: String, offset: Int) {
    #expect(error(Array(json.utf8)) == .malformed(reason: reason, offset: offset))
  }

  @Test("JSON that is not an object is refused", arguments: ["[]", "null", "1", "\"a\"", "[{}]"])
  func notAnObject(json: String) {
    #expect(error(Array(json.utf8)) == .notAnObject)
  }

  @Test("64 levels are read and decoded, 65 are refused")
  func depth() throws {
    func nested(_ depth: Int) -> [UInt8] {
      let opening = String(repeating: "[", count: depth - 1)
      let closing = String(repeating: "]", count: depth - 1)
      return Array(#"{"a":\#(opening)\#(closing)}"#.utf8)
    }
    let signals = try Signals(json: nested(64))
    #expect(signals.object.json == nested(64))
    #expect(try signals.decode([String: Ignored].self).count == 1)
    #expect(error(nested(65)) == .tooDeep)
  }

  @Test("64 KB of opening brackets are refused without harm", arguments: ["[", "{\"a\":", "[{\"a\":"])
  func hostileDepth(opening: String) {
    let json = Array(String(repeating: opening, count: 65_536 / opening.utf8.count).utf8)
    #expect(error(json) == .tooDeep)
  }

  @Test("an error's text is one line and names the reason")
  func description() {
    #expect(error(Array("{a}".utf8))?.description == "signals are not JSON: expected a name at byte 1")
    #expect(SignalsError.mismatch(path: "a\nb", reason: "null").description == #"signal "a\nb": null"#)
  }
}

private struct Ignored: Decodable {}
