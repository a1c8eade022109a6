/// The title of a todo or of a list, fit to be stored and shown on one line.
public struct Title: Hashable, Sendable, CustomStringConvertible {
  /// The text: trimmed, with something to be seen in it, without control characters.
  public let text: String

  /// The most characters, as a reader counts them.
  public static let limit = 500
  /// The most bytes of UTF-8: a single character can be made of any number of code points.
  public static let byteLimit = 2_000

  /// Tidies what somebody typed: white space around it goes, and each run of tabs and line breaks inside becomes one
  /// space.
  ///
  /// - Throws: ``TodosError/blankTitle`` where nothing of it could be seen, ``TodosError/titleTooLong``,
  ///   ``TodosError/titleTooLarge``, or ``TodosError/controlCharacter(_:)`` for any other control character and for
  ///   the separators U+2028 and U+2029.
  public init(_ typed: String) throws(TodosError) {
    let parts = typed.split(whereSeparator: \.isTypedBreak)
    let text = parts.joined(separator: " ").trimmed
    for scalar in text.unicodeScalars where scalar.isControl { throw .controlCharacter(scalar.value) }
    guard text.unicodeScalars.contains(where: \.isVisible) else { throw .blankTitle }
    guard text.dropFirst(Self.limit).isEmpty else { throw .titleTooLong }
    guard text.utf8.count <= Self.byteLimit else { throw .titleTooLarge }
    self.text = text
  }

  /// The text.
  public var description: String { text }
}

extension Character {
  /// A tab, CR, LF or the last two together, and none of Unicode's other line ends.
  fileprivate var isTypedBreak: Bool { self == "\t" || self == "\n" || self == "\r" || self == "\r\n" }
}

extension Unicode.Scalar {
  fileprivate var isControl: Bool {
    properties.generalCategory == .control || value == 0x2028 || value == 0x2029
  }
}

extension String {
  /// The text without white space around it, told by code points: what combines with a space makes one character of
  /// both.
  fileprivate var trimmed: String {
    let start = unicodeScalars.drop { $0.properties.isWhitespace }
    guard let last = start.lastIndex(where: { !$0.properties.isWhitespace }) else { return "" }
    return String(start[...last])
  }
}
