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

  /// Creates a name of a title: lower case, accents dropped, and one `-` for each run of anything else.
  ///
  /// - Returns: nil where nothing of the title is left, as of one in another script, and where it would be a name of an
  ///   unlisted list.
  public init?(slugifying title: Title) {
    let plain = title.text.lowercased().decomposedStringWithCompatibilityMapping.unicodeScalars
      .filter { !$0.properties.generalCategory.isMark }
    let words = plain.split { !($0.isASCII && Self.isAllowed(UInt8($0.value)) && $0 != "-") }
    text = Self.shortened(words.map { String(String.UnicodeScalarView($0)) }.joined(separator: "-"), to: Self.limit)
    guard !text.isEmpty, !isUnlisted else { return nil }
  }

  private init(numbering stem: String, _ number: Int) {
    text = Self.shortened(stem, to: Self.limit - "-\(number)".utf8.count) + "-\(number)"
  }

  private static func shortened(_ slug: String, to limit: Int) -> String {
    var slug = slug.prefix(limit)
    while slug.hasSuffix("-") { slug.removeLast() }
    return String(slug)
  }

  /// The name.
  public var description: String { text }

  /// The title of a list that was made by its first todo: `to-do` is "To do".
  public var impliedTitle: String {
    if isUnlisted { return "Unlisted list" }
    let words = text.split(separator: "-").joined(separator: " ")
    return words.isEmpty ? text : words.prefix(1).uppercased() + words.dropFirst()
  }

  /// Creates a name for a list of that title which no other has: the title's slug, or the slug and a number; where the
  /// title has none, `list` and a number.
  ///
  /// Of many lists with the same slug few are asked for: the step from one number to the next doubles as long as they
  /// are taken, and what lies between the last two is halved then. A number that has become free may be passed over.
  static func free(for title: Title, isTaken: (ListName) throws -> Bool) rethrows -> ListName {
    let slug = ListName(slugifying: title)
    if let slug, try !isTaken(slug) { return slug }
    let name = { ListName(numbering: slug?.text ?? "list", $0) }
    // Everything up to `low` may be taken, `high` is free.
    var (low, step) = (slug == nil ? 0 : 1, 1)
    while try isTaken(name(low + step)) { (low, step) = (low + step, 2 * step) }
    var high = low + step
    while high - low > 1 {
      let middle = (low + high) / 2
      if try isTaken(name(middle)) { low = middle } else { high = middle }
    }
    return name(high)
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
