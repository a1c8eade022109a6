/// By which a command is known again when it is sent again: 1 to 64 of `A` to `Z`, `a` to `z`, `0` to `9`, `_` and `-`.
///
/// A client makes a new one, at random, for each command, and gives the same again only with the same command.
public struct CommandKey: Hashable, Sendable {
  /// The key.
  public let text: String
  /// A digest of the command, by which another one with the same key is told apart.
  public let command: UInt64

  /// The most characters of a key.
  public static let limit = 64

  /// Takes a key as it is.
  ///
  /// - Parameter command: a digest of all that the client has said of what is to be done.
  /// - Throws: ``TodosError/invalidCommandKey`` for anything but 1 to 64 of the characters allowed.
  public init(_ text: some StringProtocol, of command: UInt64 = 0) throws(TodosError) {
    guard (1...Self.limit).contains(text.utf8.count), text.utf8.allSatisfy(Self.isAllowed) else {
      throw .invalidCommandKey
    }
    (self.text, self.command) = (String(text), command)
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
