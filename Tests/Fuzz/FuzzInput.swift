/// The bytes of one run, whole or cut into pieces. Behind the end there are zeros and empty pieces.
///
/// A piece ends at a `|`, so that inputs can be read and written by hand.
struct FuzzInput {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  /// Whether all has been taken.
  var isEmpty: Bool { rest.isEmpty }

  /// All that has not been taken.
  var bytes: [UInt8] { Array(rest) }

  /// All that has not been taken, what is not UTF-8 replaced by U+FFFD.
  var text: String { String(decoding: rest, as: UTF8.self) }

  /// Takes one byte.
  mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

  /// Takes all up to the next `|`, and that too.
  mutating func piece() -> [UInt8] {
    let piece = rest.prefix { $0 != UInt8(ascii: "|") }
    rest = rest.dropFirst(piece.count + 1)
    return Array(piece)
  }

  /// Takes a piece, what is not UTF-8 replaced by U+FFFD.
  mutating func textPiece() -> String { String(decoding: piece(), as: UTF8.self) }

  /// Takes a byte to choose by.
  mutating func choice<Choice>(of choices: [Choice]) -> Choice { choices[Int(byte()) % choices.count] }
}
