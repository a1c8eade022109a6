extension ExecuteScript {
  /// Creates an event that sends the browser to another address.
  ///
  /// It leaves in a task of its own, after the patches that came with it.
  ///
  /// - Parameter url: absolute or relative, already percent-encoded; any text is safe in the script. Whether the place
  ///   it leads to is one to trust is the caller's to know.
  /// - Throws: ``EventError/scriptURL(_:)`` for a `javascript:` URL, which would run and not navigate.
  public static func redirect(to url: String) throws(EventError) -> ExecuteScript {
    guard !isScriptURL(url) else { throw .scriptURL(url) }
    return try ExecuteScript("setTimeout(() => window.location.href = \(stringLiteral(url)))")
  }

  /// Writes text as a JavaScript string literal, quotes included, that is safe inside a script element.
  ///
  /// Every `<` is written as `\u003C`, so that neither `</script` nor `<!--` can come about.
  public static func stringLiteral(_ text: String) -> String {
    var literal: [UInt8] = []
    JSONWriter.append(text, to: &literal)
    let escaped = literal.flatMap { $0 == UInt8(ascii: "<") ? Array(#"\u003C"#.utf8) : [$0] }
    return String(decoding: escaped, as: UTF8.self)
  }

  /// Reads the scheme as a browser does, which skips leading controls and spaces, and tabs and line breaks anywhere.
  private static func isScriptURL(_ url: String) -> Bool {
    url.utf8.lazy
      .drop(while: { $0 <= 0x20 })
      .filter { $0 != 0x09 && !$0.isLineBreak }
      .prefix(while: { $0 != UInt8(ascii: ":") })
      .elementsEqual("javascript".utf8) { $0 | 0x20 == $1 }
      && url.utf8.contains(UInt8(ascii: ":"))
  }
}
