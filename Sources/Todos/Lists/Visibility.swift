extension Unicode.Scalar {
  /// Whether a reader sees anything of this where it stands alone.
  ///
  /// White space, control characters and most of what only steers how others are shown (joiners, variation selectors,
  /// direction marks, the Hangul fillers) are known by their properties; Unicode has none for the rest.
  var isVisible: Bool {
    !properties.isWhitespace && !properties.isDefaultIgnorableCodePoint && properties.generalCategory != .control
      && !Self.isBlankByName(value)
  }

  /// Signs that are blank by their name, and controls that Unicode does not count among what may be ignored.
  private static func isBlankByName(_ value: UInt32) -> Bool {
    switch value {
    case 0x2800,  // BRAILLE PATTERN BLANK
      0xFFF9...0xFFFB,  // INTERLINEAR ANNOTATION ANCHOR, SEPARATOR and TERMINATOR
      0x1_3430...0x1_343F, 0x1_3441, 0x1_3442,  // EGYPTIAN HIEROGLYPH controls, FULL BLANK and HALF BLANK
      0x1_6FE4,  // KHITAN SMALL SCRIPT FILLER
      0x1_D159:  // MUSICAL SYMBOL NULL NOTEHEAD
      true
    default: false
    }
  }
}
