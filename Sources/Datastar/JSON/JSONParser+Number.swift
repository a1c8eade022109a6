extension JSONParser {
  /// Parses a number that begins at the current byte: RFC 8259, section 6.
  mutating func parseNumber() throws(SignalsError) -> Double {
    let start = position
    if current == UInt8(ascii: "-") { position += 1 }
    if current == UInt8(ascii: "0") {
      position += 1
      if current.isDigit { throw malformed("number with a leading zero") }
    } else {
      try skipDigits()
    }
    if current == UInt8(ascii: ".") {
      position += 1
      try skipDigits()
    }
    if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
      position += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
      try skipDigits()
    }
    guard let number = Double(String(decoding: bytes[start..<position], as: UTF8.self)), number.isFinite else {
      throw .malformed(reason: "number out of range", offset: start)
    }
    return number
  }

  private mutating func skipDigits() throws(SignalsError) {
    guard current.isDigit else { throw malformed("expected a digit") }
    while current.isDigit { position += 1 }
  }
}

extension UInt8? {
  fileprivate var isDigit: Bool {
    guard let self else { return false }
    return (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
  }
}
