#if PostgreSQL
  import DatastarPubSub

  #if canImport(FoundationEssentials)
    import FoundationEssentials
  #else
    import Foundation
  #endif

  /// A message in the payload of a NOTIFY, which is text in the database's encoding, without NUL.
  ///
  /// It is a number, `:`, and the message; or the number, `=`, and the message in Base64 where it is no such text. The
  /// number is another one each time: PostgreSQL drops a notification that is the same as another of its transaction.
  struct NotificationText {
    let text: String

    /// Less than 8,000 bytes, says PostgreSQL.
    private static let limit = 7_999
    /// For the number and the sign behind it.
    private static let numberLimit = 21

    /// - Parameter isUnicode: whether the database can have every character.
    init(_ message: NamedMessage, number: UInt64, isUnicode: Bool) {
      let bytes = message.bytes
      let text = Self.text(bytes, isUnicode)
      self.text = text.map { "\(number):\($0)" } ?? "\(number)=\(Data(bytes).base64EncodedString())"
    }

    /// Reads the message of a notification; nil for anything else.
    static func message(_ text: String) -> NamedMessage? {
      guard let sign = text.utf8.prefix(numberLimit).firstIndex(where: { !(48...57).contains($0) }) else { return nil }
      let rest = text[text.utf8.index(after: sign)...]
      switch text.utf8[sign] {
      case UInt8(ascii: ":"): return NamedMessage(Array(rest.utf8))
      case UInt8(ascii: "="): return Data(base64Encoded: String(rest)).flatMap { NamedMessage(Array($0)) }
      default: return nil
      }
    }

    /// Returns whether a message is small enough.
    static func takes(_ message: NamedMessage, isUnicode: Bool) -> Bool {
      let count = message.count
      if (count + 2) / 3 * 4 + numberLimit <= limit { return true }
      return count + numberLimit <= limit && text(message.bytes, isUnicode) != nil
    }

    private static func text(_ bytes: [UInt8], _ isUnicode: Bool) -> String? {
      guard !bytes.contains(0), isUnicode || bytes.allSatisfy({ $0 < 128 }) else { return nil }
      return String(validating: bytes, as: UTF8.self)
    }
  }

  extension [String] {
    /// The texts as PostgreSQL reads an array.
    var postgreSQLArray: String {
      var array: [UInt8] = []
      for text in self {
        array.append(contentsOf: array.isEmpty ? [UInt8(ascii: "{"), quote] : [UInt8(ascii: ","), quote])
        for byte in text.utf8 {
          if byte == quote || byte == UInt8(ascii: "\\") { array.append(UInt8(ascii: "\\")) }
          array.append(byte)
        }
        array.append(quote)
      }
      return array.isEmpty ? "{}" : String(decoding: array + [UInt8(ascii: "}")], as: UTF8.self)
    }
  }

  private let quote = UInt8(ascii: "\"")
#endif
