/// An attribute of a script tag.
///
/// Source: WHATWG HTML, "Attributes" (13.1.2.3).
public struct ScriptAttribute: Sendable, Equatable {
  /// The name, which needs no escaping.
  public let name: String

  /// The value before it is escaped; `nil` for an attribute that has none, such as `async`.
  public let value: String?

  /// Creates an attribute.
  ///
  /// - Parameters:
  ///   - name: the attribute's name, which is written as it is.
  ///   - value: any text; it is escaped when it is written.
  /// - Throws: ``EventError/invalidAttributeName(_:)`` for a name that is empty or has a space, a control character, a
  ///   noncharacter or one of `"'<>/=` in it.
  public init(_ name: String, _ value: String? = nil) throws(EventError) {
    guard !name.isEmpty, name.unicodeScalars.allSatisfy(\.isAllowedInAttributeName) else {
      throw .invalidAttributeName(name)
    }
    self.name = name
    self.value = value
  }

  func write(into html: inout [UInt8]) {
    html.append(UInt8(ascii: " "))
    html.append(contentsOf: name.utf8)
    guard let value else { return }
    html.append(contentsOf: "=\"".utf8)
    for byte in value.utf8 {
      switch byte {
      case UInt8(ascii: "&"): html.append(contentsOf: "&amp;".utf8)
      case UInt8(ascii: "\""): html.append(contentsOf: "&quot;".utf8)
      case UInt8(ascii: "<"): html.append(contentsOf: "&lt;".utf8)
      case UInt8(ascii: ">"): html.append(contentsOf: "&gt;".utf8)
      default: html.append(byte)
      }
    }
    html.append(UInt8(ascii: "\""))
  }
}

extension Unicode.Scalar {
  fileprivate var isAllowedInAttributeName: Bool {
    switch self {
    case " ", "\"", "'", "<", ">", "/", "=": false
    default: properties.generalCategory != .control && !properties.isNoncharacterCodePoint
    }
  }
}
