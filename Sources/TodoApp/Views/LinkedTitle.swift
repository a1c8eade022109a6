import HTMLTemplate

/// A todo's title with the web addresses in it as links.
enum LinkedTitle {
  /// Whether it is worth looking for one, told without looking at characters.
  static func mayHaveLink(_ title: String) -> Bool {
    // Bytes in memory are looked through several times as fast as those of a view.
    let hasColon = title.utf8.withContiguousStorageIfAvailable { $0.contains(UInt8(ascii: ":")) } ?? true
    return hasColon && title.contains("://")
  }

  /// The title, escaped, each `http://` and `https://` address in it a link that opens a tab of its own.
  static func html(_ title: String) -> HTML {
    var bytes: [UInt8] = []
    var rest = title[...]
    while let link = rest.firstMatch(of: address) {
      let (before, link) = (rest[..<link.startIndex], trimmed(rest[link.range]))
      bytes += HTML(escaping: String(before)).bytes
      let escaped = HTML(escaping: String(link)).bytes
      bytes += Array(#"<a href=""#.utf8) + escaped + Array(#"" target="_blank" rel="noopener">"#.utf8) + escaped
      bytes += Array("</a>".utf8)
      rest = rest[link.endIndex...]
    }
    return HTML(trusted: bytes + HTML(escaping: String(rest)).bytes)
  }

  nonisolated(unsafe) private static let address = /https?:\/\/[^\s<>"“”]+/.ignoresCase()

  /// Leaves out what ends the sentence around an address, and a bracket that was opened before it.
  private static func trimmed(_ link: Substring) -> Substring {
    var link = link
    while let last = link.last {
      let isUnopened = last == ")" && link.count { $0 == "(" } < link.count { $0 == ")" }
      guard ".,;:!?'".contains(last) || isUnopened else { break }
      link.removeLast()
    }
    return link
  }
}
