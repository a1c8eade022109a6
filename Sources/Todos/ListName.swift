import Foundation

/// A list's name in addresses and topics: 1 to 64 of `a` to `z`, `0` to `9` and `-`.
public struct ListName: Hashable, Sendable, CustomStringConvertible {
  /// The name.
  public let text: String

  /// The most characters of a name.
  public static let limit = 64

  /// Takes a name as it is.
  ///
  /// - Throws: ``TodosError/invalidListName`` for anything but 1 to 64 of the characters allowed.
  public init(_ text: some StringProtocol) throws(TodosError) {
    guard (1...Self.limit).contains(text.utf8.count), text.utf8.allSatisfy(Self.isAllowed) else {
      throw .invalidListName
    }
    self.text = String(text)
  }

  /// Makes a name of a title: lower case, accents dropped, and one `-` for each run of anything else.
  ///
  /// - Throws: ``TodosError/noNameInTitle`` where nothing of the title is left.
  public init(slugifying title: Title) throws(TodosError) {
    let plain = title.text.lowercased().decomposedStringWithCompatibilityMapping.unicodeScalars
      .filter { !$0.properties.generalCategory.isMark }
    let words = plain.split { !($0.isASCII && Self.isAllowed(UInt8($0.value)) && $0 != "-") }
    var text = words.map { String(String.UnicodeScalarView($0)) }.joined(separator: "-").prefix(Self.limit)
    while text.hasSuffix("-") { text.removeLast() }
    guard !text.isEmpty else { throw .noNameInTitle }
    self.text = String(text)
  }

  /// The name.
  public var description: String { text }

  /// The title of a list that was made by its first todo: `to-do` is "To do".
  var impliedTitle: String {
    let words = text.split(separator: "-").joined(separator: " ")
    return words.isEmpty ? text : words.prefix(1).uppercased() + words.dropFirst()
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
    default: false
    }
  }
}

extension Unicode.GeneralCategory {
  fileprivate var isMark: Bool { self == .nonspacingMark || self == .spacingMark || self == .enclosingMark }
}
