/// Keeps a text from turning the words around it about, where no element can be put around it: in a page's title, in an
/// option and in the name of a button.
enum BidiIsolation {
  /// The text between FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE, if it has anything that goes from right to left.
  static func isolated(_ text: String) -> String {
    // Most titles are told by their bytes alone: U+0590, the first of those characters, begins with the byte 0xD6.
    let mayBe = text.utf8.contains { $0 >= 0xD6 }
    return mayBe && text.unicodeScalars.contains(where: isRightToLeft) ? "\u{2068}\(text)\u{2069}" : text
  }

  /// Whether a character is of a script that is written from right to left, or sets a direction.
  private static func isRightToLeft(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case ..<0x0590: false
    case ...0x08FF, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFB1D...0xFDFF, 0xFE70...0xFEFF,
      0x10800...0x10FFF, 0x1E800...0x1EFFF:
      true
    default: false
    }
  }
}
