import Foundation

// Lists that only those who have their link know of. The name alone says that a list is one, so that it is one still when
// it has been deleted and is made again by its link, and so that nothing has to be asked before a name is left out.

extension ListName {
  private static let unlistedPrefix = "u-"
  private static let unlistedDigits = 32

  /// Creates a name that nobody can guess: `u-` and 128 random bits, as 32 of `0` to `9` and `a` to `f`.
  public static func unlisted() throws(TodosError) -> ListName {
    // The system's generator, which is made for secrets.
    let halves = [UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max)]
    let digits = halves.map { half in
      let digits = String(half, radix: 16)
      return String(repeating: "0", count: unlistedDigits / 2 - digits.utf8.count) + digits
    }
    return try ListName(unlistedPrefix + digits.joined())
  }

  /// Whether the list is for people with its link only: it is on no index and in no log.
  public var isUnlisted: Bool { text.utf8.count == Self.unlistedLength && Self.unlistedEnd(text.utf8[...]) != nil }

  private static let unlistedLength = unlistedPrefix.utf8.count + unlistedDigits

  /// Where such a name ends that a text begins with, whatever its case; nil where it begins with none.
  private static func unlistedEnd(_ text: Substring.UTF8View) -> String.Index? {
    guard let end = text.index(text.startIndex, offsetBy: unlistedLength, limitedBy: text.endIndex) else { return nil }
    let name = text[..<end].map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
    let isHex = { (byte: UInt8) in
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
    let digits = name.dropFirst(unlistedPrefix.utf8.count)
    return name.starts(with: unlistedPrefix.utf8) && digits.allSatisfy(isHex) ? end : nil
  }

  /// A text, an address or a topic for one, with `[unlisted]` in the place of the names of unlisted lists, in whatever
  /// case and with whatever percent escapes they are written: fit for a log.
  public static func withoutUnlisted(_ text: String) -> String {
    let plain = text.removingPercentEncoding ?? text
    var (shown, rest, isMasked) = ("", plain[...], false)
    while !rest.isEmpty {
      if let end = unlistedEnd(rest.utf8) {
        (isMasked, rest) = (true, rest[end...])
        shown += "[unlisted]"
      } else {
        shown.unicodeScalars.append(rest.unicodeScalars.removeFirst())
      }
    }
    // What has none in it is shown as it was sent.
    return isMasked ? shown : text
  }
}
