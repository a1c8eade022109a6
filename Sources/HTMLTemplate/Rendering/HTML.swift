/// HTML that may go into a page as it is: the only kind of value that a raw tag takes.
public struct HTML: Hashable, Sendable {
  /// UTF-8.
  public let bytes: [UInt8]

  /// Vouches for bytes that were rendered or written by us; nothing is escaped.
  public init(trusted bytes: [UInt8]) { self.bytes = bytes }

  /// Vouches for text that was rendered or written by us; nothing is escaped.
  public init(trusted text: String) { bytes = Array(text.utf8) }

  /// Makes any text show as it is, in an element and in an attribute in either kind of quotes.
  public init(escaping text: String) {
    var bytes: [UInt8] = []
    HTMLEscaping.append(text, to: &bytes)
    self.bytes = bytes
  }
}

/// The bytes one by one, for all that takes bytes of UTF-8, such as an event that patches elements.
extension HTML: RandomAccessCollection {
  /// The place of the first byte.
  public var startIndex: Int { bytes.startIndex }
  /// The place behind the last byte.
  public var endIndex: Int { bytes.endIndex }
  /// The byte at a place.
  public subscript(position: Int) -> UInt8 { bytes[position] }
  /// Calls `body` with all bytes, which are together already.
  public func withContiguousStorageIfAvailable<Result>(
    _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
  ) rethrows -> Result? {
    try bytes.withContiguousStorageIfAvailable(body)
  }
}

/// The HTML as text, so that it can stand in an interpolated string.
extension HTML: CustomStringConvertible {
  /// The HTML as text.
  public var description: String { String(decoding: bytes, as: UTF8.self) }
}

/// Escaping of text for HTML.
enum HTMLEscaping {
  /// Appends `text` so that it shows as it is, in an element and in an attribute in either kind of quotes.
  ///
  /// A CR is written as a reference because parsers turn a bare one into LF; NUL, which HTML cannot have, as U+FFFD.
  static func append(_ text: String, to bytes: inout [UInt8]) {
    var text = text
    text.withUTF8 { source in
      var runStart = 0
      for index in source.indices {
        guard let replacement = replacement(for: source[index]) else { continue }
        bytes.append(contentsOf: source[runStart..<index])
        replacement.withUTF8Buffer { bytes.append(contentsOf: $0) }
        runStart = index + 1
      }
      bytes.append(contentsOf: source[runStart...])
    }
  }

  private static func replacement(for byte: UInt8) -> StaticString? {
    // Every byte that needs a replacement is below this one, and most bytes of a text are above.
    guard byte <= UInt8(ascii: ">") else { return nil }
    return switch byte {
    case UInt8(ascii: "&"): "&amp;"
    case UInt8(ascii: "<"): "&lt;"
    case UInt8(ascii: ">"): "&gt;"
    case UInt8(ascii: "\""): "&quot;"
    case UInt8(ascii: "'"): "&#39;"
    case 0x0D: "&#13;"
    case 0x00: "\u{FFFD}"
    default: nil
    }
  }
}
