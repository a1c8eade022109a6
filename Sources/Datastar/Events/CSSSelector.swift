/// A CSS selector on one line.
///
/// That it is one line is checked here, so that no event can fail, or be forged, when it is written. That it is valid
/// CSS is not: the browser reports a bad selector and changes nothing. Whoever puts foreign text into a selector
/// escapes it for CSS first.
public struct CSSSelector: Sendable, Hashable {
  /// The selector as it stands on the wire.
  public let value: String

  /// Makes a selector of text.
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

extension CSSSelector: ExpressibleByStringLiteral {
  /// Makes a selector of a literal; traps where ``init(_:)`` would throw.
  public init(stringLiteral value: String) {
    precondition(Self.isValid(value), "a selector is one line and not empty")
    self.value = value
  }
}

extension CSSSelector: CustomStringConvertible {
  /// The selector as it stands on the wire.
  public var description: String { value }
}
