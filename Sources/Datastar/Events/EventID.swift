/// The id of an event, which the browser sends back as `Last-Event-ID` when it reconnects.
///
/// An id holds no LF, CR or NUL: the first two would end the line and let the rest forge a field, and an id with a NUL
/// is ignored by the browser. Keep to printable ASCII, because the id comes back in a request header. An empty id is
/// valid; it makes the browser forget the last one.
///
/// Source: WHATWG HTML, "Server-sent events", 9.2.6.
public struct EventID: Sendable, Hashable {
  /// The id as it stands on the wire.
  public let value: String

  /// Creates an id of text.
  ///
  /// - Throws: ``EventError/invalidEventID(_:)`` for text with LF, CR or NUL.
  public init(_ value: String) throws(EventError) {
    guard Self.isValid(value) else { throw .invalidEventID(value) }
    self.value = value
  }

  /// Creates an id of a number, in decimal digits.
  public init(_ number: some BinaryInteger) {
    value = String(number)
  }

  private static func isValid(_ value: String) -> Bool {
    value.utf8.allSatisfy { !$0.isLineBreak && $0 != 0 }
  }
}

extension EventID: ExpressibleByStringInterpolation {
  /// Creates an id of a literal, with values in it or without. A line break or NUL in it becomes a space.
  public init(stringLiteral value: String) {
    if Self.isValid(value) {
      self.value = value
    } else {
      self.value = String(
        decoding: value.utf8.map { $0.isLineBreak || $0 == 0 ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
    }
  }
}

extension EventID: CustomStringConvertible {
  /// The id as it stands on the wire.
  public var description: String { value }
}
