/// Percent-encoding (RFC 3986, section 2.1) and `application/x-www-form-urlencoded` (WHATWG URL, section 5).
enum PercentEncoding {
  /// The text that `bytes` stand for; nil for a broken escape or for what is not UTF-8.
  static func decode(_ bytes: some Collection<UInt8>, plusIsSpace: Bool = false) -> String? {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var rest = bytes.makeIterator()
    while let byte = rest.next() {
      switch byte {
      case UInt8(ascii: "%"):
        guard let high = rest.next()?.hexDigitValue, let low = rest.next()?.hexDigitValue else { return nil }
        decoded.append(high << 4 | low)
      case UInt8(ascii: "+") where plusIsSpace:
        decoded.append(UInt8(ascii: " "))
      default:
        decoded.append(byte)
      }
    }
    return String(validating: decoded, as: UTF8.self)
  }
}

/// Names and values of a form or a query string, in their order.
public struct FormFields: Sendable, Equatable {
  /// What the fields could not be read for.
  public struct MalformedError: Error, Equatable {}

  private var fields: [Field]

  private struct Field: Equatable {
    let name: String
    let value: String
  }

  /// No fields.
  public init() { fields = [] }

  /// The most fields: each takes far more memory than the one byte that it can be written in.
  public static let limit = 1_000

  /// Reads `name=value&…`, in which `+` is a space.
  ///
  /// - Throws: ``MalformedError`` for a broken percent escape, for what is not UTF-8 once decoded, and for more than
  ///   ``limit`` fields.
  public init(_ bytes: some Collection<UInt8>) throws(MalformedError) {
    fields = []
    let pairs = bytes.split(separator: UInt8(ascii: "&"), maxSplits: Self.limit)
    guard pairs.count <= Self.limit else { throw MalformedError() }
    for pair in pairs {
      let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = PercentEncoding.decode(parts[0], plusIsSpace: true),
        let value = parts.count == 1 ? "" : PercentEncoding.decode(parts[1], plusIsSpace: true)
      else { throw MalformedError() }
      fields.append(Field(name: name, value: value))
    }
  }

  /// The value of the first field of that name.
  public subscript(name: String) -> String? {
    fields.first { $0.name == name }?.value
  }
}

extension UInt8 {
  /// The value of an ASCII hexadecimal digit.
  var hexDigitValue: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
