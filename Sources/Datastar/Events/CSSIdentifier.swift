/// Text as a name in CSS, or as part of one.
///
/// - Source: CSSOM, "serialize an identifier".
enum CSSIdentifier {
  /// Escapes what would not be part of a name.
  ///
  /// - Parameter prefix: what stands before it: a digit cannot begin a name.
  static func escaped(_ text: String, after prefix: String) -> String {
    var before = Array(prefix.unicodeScalars.suffix(2))
    var escaped = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\0": escaped.append("\u{FFFD}")
      case "\u{1}"..."\u{1F}", "\u{7F}": appendCode(of: scalar, to: &escaped)
      case "0"..."9" where isBeginning(before): appendCode(of: scalar, to: &escaped)
      case _ where isName(scalar): escaped.append(scalar)
      default: escaped.append(contentsOf: ["\\", scalar])
      }
      // What is escaped is part of the name.
      before = [before.last ?? " ", isName(scalar) ? scalar : "_"]
    }
    return String(escaped)
  }

  /// Whether what comes after two characters begins a name, or follows the dash that does.
  private static func isBeginning(_ before: [Unicode.Scalar]) -> Bool {
    guard let last = before.last, isName(last) else { return true }
    return last == "-" && !(before.count > 1 && isName(before[0]))
  }

  private static func appendCode(of scalar: Unicode.Scalar, to text: inout String.UnicodeScalarView) {
    text.append("\\")
    text.append(contentsOf: "\(String(scalar.value, radix: 16)) ".unicodeScalars)
  }

  private static func isName(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "-", "_": true
    default: scalar.value >= 0x80
    }
  }
}
