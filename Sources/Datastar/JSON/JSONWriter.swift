/// Writes signal values as JSON, on one line and without spaces.
enum JSONWriter {
  static func append(_ value: SignalValue, to json: inout [UInt8]) {
    switch value {
    case .object(let object): append(object, to: &json)
    case .array(let array): append(array, to: &json)
    case .string(let string): append(string, to: &json)
    case .number(let number): append(number, to: &json)
    case .bool(let bool): json.append(contentsOf: (bool ? "true" : "false").utf8)
    case .null: json.append(contentsOf: "null".utf8)
    }
  }

  static func append(_ object: SignalObject, to json: inout [UInt8]) {
    json.append(UInt8(ascii: "{"))
    for (index, member) in object.members.enumerated() {
      if index > 0 { json.append(UInt8(ascii: ",")) }
      append(member.name, to: &json)
      json.append(UInt8(ascii: ":"))
      append(member.value, to: &json)
    }
    json.append(UInt8(ascii: "}"))
  }

  static func append(_ string: String, to json: inout [UInt8]) {
    json.append(UInt8(ascii: "\""))
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        json.append(UInt8(ascii: "\\"))
        json.append(byte)
      case .lineFeed: json.append(contentsOf: #"\n"#.utf8)
      case .carriageReturn: json.append(contentsOf: #"\r"#.utf8)
      case 0x09: json.append(contentsOf: #"\t"#.utf8)
      case ..<0x10: json.append(contentsOf: #"\u000\#(String(byte, radix: 16))"#.utf8)
      case ..<0x20: json.append(contentsOf: #"\u00\#(String(byte, radix: 16))"#.utf8)
      default: json.append(byte)
      }
    }
    json.append(UInt8(ascii: "\""))
  }

  private static func append(_ array: [SignalValue], to json: inout [UInt8]) {
    json.append(UInt8(ascii: "["))
    for (index, value) in array.enumerated() {
      if index > 0 { json.append(UInt8(ascii: ",")) }
      append(value, to: &json)
    }
    json.append(UInt8(ascii: "]"))
  }

  /// Whole numbers are written without a fraction, as JavaScript does; Swift would write `1.0`.
  private static func append(_ number: Double, to json: inout [UInt8]) {
    if !number.isFinite {
      json.append(contentsOf: "null".utf8)
    } else if let whole = Int64(exactly: number), whole.magnitude <= 1 << 53 {
      json.append(contentsOf: String(whole).utf8)
    } else {
      json.append(contentsOf: number.description.utf8)
    }
  }
}
