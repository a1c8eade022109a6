/// A CSS selector on one line.
///
/// ```swift
/// sse.patchElements(row, selector: "#todo-\(id)", mode: .after)
/// ```
///
/// That it is one line is seen to here, so that no event can fail, or be forged, when it is written. That it is valid CSS
/// is not checked: the browser reports a bad selector and changes nothing. A value in a literal is escaped, see
/// ``StringInterpolation``; whoever puts foreign text into a selector otherwise escapes it for CSS first.
public struct CSSSelector: Sendable, Hashable {
  /// The selector as it stands on the wire.
  public let value: String

  /// Creates a selector of text.
  ///
  /// - Throws: ``EventError/invalidSelector(_:)`` for empty text, and for text with LF or CR.
  public init(_ value: String) throws(EventError) {
    guard Self.isValid(value) else { throw .invalidSelector(value) }
    self.value = value
  }

  private static func isValid(_ value: String) -> Bool {
    !value.isEmpty && !value.utf8.contains(where: \.isLineBreak)
  }
}

extension CSSSelector: ExpressibleByStringInterpolation {
  /// Creates a selector of a literal. A line break in it becomes a space, which means the same; an empty one selects
  /// nothing.
  public init(stringLiteral value: String) {
    if Self.isValid(value) {
      self.value = value
    } else if value.isEmpty {
      self.value = ":not(*)"
    } else {
      self.value = String(decoding: value.utf8.map { $0.isLineBreak ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
    }
  }

  /// Creates a selector of a literal with values in it.
  public init(stringInterpolation: StringInterpolation) {
    self.init(stringLiteral: stringInterpolation.text)
  }

  /// A selector's literal with values in it, each of which is a name or part of one, whatever characters it has.
  ///
  /// `"#todo-\(id)"` is the element whose id is `todo-` and the value, also where that has a dot or a space. It is the
  /// same within the quotes of an attribute's value.
  ///
  /// - Source: CSSOM, "serialize an identifier".
  public struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    /// Creates an empty one.
    public init(literalCapacity: Int, interpolationCount: Int) {}

    /// Appends a piece of the literal.
    public mutating func appendLiteral(_ literal: String) { text += literal }

    /// Appends a value, escaped.
    public mutating func appendInterpolation<Value>(_ value: Value) {
      text += CSSIdentifier.escaped(String(describing: value), after: text)
    }

    /// Appends a selector as it is.
    public mutating func appendInterpolation(_ selector: CSSSelector) { text += selector.value }
  }
}

extension CSSSelector: CustomStringConvertible {
  /// The selector as it stands on the wire.
  public var description: String { value }
}
