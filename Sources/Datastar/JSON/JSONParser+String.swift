extension JSONParser {
  /// Parses a string whose opening quote is the current byte: RFC 8259, section 7.
  mutating func parseString() throws(SignalsError) -> String {
    position += 1
    var unescaped: [UInt8] = []
    var run = position
    while let byte = current {
      switch byte {
      case UInt8(ascii: "\""):
        unescaped.append(contentsOf: bytes[run..<position])
        position += 1
        return String(decoding: unescaped, as: UTF8.self)
      case UInt8(ascii: "\\"):
        unescaped.append(contentsOf: bytes[run..<position])
        position += 1
        unescaped.append(contentsOf: String(Character(try parseEscape())).utf8)
        run = position
      case ..<0x20:
        throw malformed("control character in a string")
      default:
        position += 1
      }
    }
    throw malformed("expected '\"'")
  }

  /// Parses what follows a backslash.
  private mutating func parseEscape() throws(SignalsError) -> Unicode.Scalar {
    let scalar: Unicode.Scalar
    switch current {
    case UInt8(ascii: "\""): scalar = "\""
    case UInt8(ascii: "\\"): scalar = "\\"
    case UInt8(ascii: "/"): scalar = "/"
    case UInt8(ascii: "b"): scalar = "\u{08}"
    case UInt8(ascii: "f"): scalar = "\u{0C}"
    case UInt8(ascii: "n"): scalar = "\n"
    case UInt8(ascii: "r"): scalar = "\r"
    case UInt8(ascii: "t"): scalar = "\t"
    case UInt8(ascii: "u"): return try parseUnicodeEscape()
    default: throw malformed("unknown escape")
    }
    position += 1
    return scalar
  }

  /// Parses `u` and four hexadecimal digits, or two such escapes that make a surrogate pair.
  private mutating func parseUnicodeEscape() throws(SignalsError) -> Unicode.Scalar {
    let start = position - 1
    var units = [try parseCodeUnit()]
    if UTF16.isLeadSurrogate(units[0]), bytes[position...].starts(with: #"\u"#.utf8) {
      position += 1
      units.append(try parseCodeUnit())
    }
    var decoder = UTF16()
    var iterator = units.makeIterator()
    guard case .scalarValue(let scalar) = decoder.decode(&iterator), iterator.next() == nil else {
      throw .malformed(reason: "half of a surrogate pair", offset: start)
    }
    return scalar
  }

  private mutating func parseCodeUnit() throws(SignalsError) -> UInt16 {
    position += 1
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let digit = current.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
        throw malformed("expected a hexadecimal digit")
      }
      unit = unit << 4 | UInt16(digit)
      position += 1
    }
    return unit
  }
}
