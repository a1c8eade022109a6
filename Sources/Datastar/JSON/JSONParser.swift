/// Reads JSON text into a ``SignalValue``, by RFC 8259 and without leniency.
///
/// Recursive, one level for each array or object, and therefore bounded by ``Signals/maximumDepth``.
struct JSONParser {
  let bytes: [UInt8]
  let maximumValues: Int
  var position = 0
  private var valueCount = 0

  init(bytes: [UInt8], maximumValues: Int) {
    (self.bytes, self.maximumValues) = (bytes, maximumValues)
  }

  static func parse(_ bytes: [UInt8], maximumValues: Int = .max) throws(SignalsError) -> SignalValue {
    // Decoding repairs what is not UTF-8, so only valid bytes come out as they went in.
    guard Array(String(decoding: bytes, as: UTF8.self).utf8) == bytes else { throw .notUTF8 }
    var parser = JSONParser(bytes: bytes, maximumValues: maximumValues)
    let value = try parser.parseValue(depth: 0)
    guard parser.nextToken == nil else { throw parser.malformed("text after the value") }
    return value
  }

  /// Skips whitespace; the byte after it, or `nil` at the end.
  var nextToken: UInt8? {
    mutating get {
      while let byte = current {
        switch byte {
        case 0x20, 0x09, 0x0A, 0x0D: position += 1
        default: return byte
        }
      }
      return nil
    }
  }

  var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  func malformed(_ reason: String) -> SignalsError {
    .malformed(reason: current == nil ? "unexpected end" : reason, offset: position)
  }

  private mutating func parseValue(depth: Int) throws(SignalsError) -> SignalValue {
    guard let token = nextToken else { throw malformed("expected a value") }
    valueCount += 1
    guard valueCount <= maximumValues else { throw .tooManyValues(limit: maximumValues) }
    return switch token {
    case UInt8(ascii: "{"): .object(try parseObject(depth: depth + 1))
    case UInt8(ascii: "["): .array(try parseArray(depth: depth + 1))
    case UInt8(ascii: "\""): .string(try parseString())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): .number(try parseNumber())
    case UInt8(ascii: "t"): try parse("true", as: .bool(true))
    case UInt8(ascii: "f"): try parse("false", as: .bool(false))
    case UInt8(ascii: "n"): try parse("null", as: .null)
    default: throw malformed("expected a value")
    }
  }

  private mutating func parseObject(depth: Int) throws(SignalsError) -> SignalObject {
    guard depth <= Signals.maximumDepth else { throw .tooDeep }
    var object = SignalObject()
    position += 1
    if nextToken == UInt8(ascii: "}") {
      position += 1
      return object
    }
    while true {
      guard nextToken == UInt8(ascii: "\"") else { throw malformed("expected a name") }
      let name = try parseString()
      guard nextToken == UInt8(ascii: ":") else { throw malformed("expected ':'") }
      position += 1
      object.set(try parseValue(depth: depth), for: name)
      if try parseEnd(UInt8(ascii: "}")) { return object }
    }
  }

  private mutating func parseArray(depth: Int) throws(SignalsError) -> [SignalValue] {
    guard depth <= Signals.maximumDepth else { throw .tooDeep }
    var array: [SignalValue] = []
    position += 1
    if nextToken == UInt8(ascii: "]") {
      position += 1
      return array
    }
    while true {
      array.append(try parseValue(depth: depth))
      if try parseEnd(UInt8(ascii: "]")) { return array }
    }
  }

  /// Passes the closing bracket and returns true, or a comma and returns false.
  private mutating func parseEnd(_ bracket: UInt8) throws(SignalsError) -> Bool {
    let token = nextToken
    guard token == bracket || token == UInt8(ascii: ",") else {
      throw malformed("expected ',' or '\(Character(Unicode.Scalar(bracket)))'")
    }
    position += 1
    return token == bracket
  }

  private mutating func parse(_ word: String, as value: SignalValue) throws(SignalsError) -> SignalValue {
    guard bytes[position...].starts(with: word.utf8) else { throw malformed("expected a value") }
    position += word.utf8.count
    return value
  }
}
