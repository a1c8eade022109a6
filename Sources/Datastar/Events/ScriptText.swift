/// The text between a script element's tags, which HTML reads by rules of its own.
///
/// Source: WHATWG HTML, "Restrictions for contents of script elements" (4.12.1.3).
enum ScriptText {
  /// The script with each `</script` written as `<\/script`, so that only our own end tag ends the element.
  ///
  /// - Throws: ``EventError/unclosableScript`` if `<!--` is followed by `<script`: from there on HTML takes the next
  ///   end tag as text. Unlike `</script`, `<script` has no spelling that means the same everywhere.
  static func escaped(_ script: String) throws(EventError) -> [UInt8] {
    let text = Array(script.utf8)
    var output: [UInt8] = []
    output.reserveCapacity(text.count)
    var isInsideComment = false
    for (index, byte) in text.enumerated() {
      output.append(byte)
      guard byte == UInt8(ascii: "<") else { continue }
      let rest = text[(index + 1)...]
      if rest.startsIgnoringCase(with: "/script") {
        output.append(UInt8(ascii: "\\"))
      } else if rest.startsIgnoringCase(with: "!--") {
        isInsideComment = true
      } else if isInsideComment, rest.startsIgnoringCase(with: "script") {
        throw .unclosableScript
      }
    }
    return output
  }
}

extension ArraySlice<UInt8> {
  /// - Parameter prefix: ASCII, its letters in lower case.
  fileprivate func startsIgnoringCase(with prefix: String) -> Bool {
    starts(with: prefix.utf8) { byte, expected in
      (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 == expected : byte == expected
    }
  }
}
