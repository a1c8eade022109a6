import TodoTestSupport

/// A page, or a part of one, as a row of pieces: tags, texts and whole rows of todos or lists, in their order.
///
/// It is a small model of the browser's tree, in which an element is a tag and all up to the one that closes it.
struct Markup: Equatable {
  struct Piece: Equatable {
    let html: String
    /// The element's id; nil for what has none, closing tags and texts.
    let id: String?
    /// 1 for a tag that opens, -1 for one that closes, 0 for what stands alone.
    let level: Int
  }

  private(set) var pieces: [Piece] = []

  /// Takes HTML apart, but for spaces that stand between lines of the templates alone.
  init(_ html: String) {
    let bytes = Array(html.utf8)
    var place = 0
    while place < bytes.count {
      let end = Self.end(of: place, in: bytes)
      if let piece = Self.piece(bytes, place..<end) { pieces.append(piece) }
      place = end
    }
  }

  private static func end(of place: Int, in bytes: [UInt8]) -> Int {
    if bytes[place] != UInt8(ascii: "<") { return bytes.firstRange(of: "<", from: place)?.lowerBound ?? bytes.count }
    for (start, end) in [("<li id=", "</li>"), ("<template", "</template>")] as [(StaticString, StaticString)]
    where bytes.firstRange(of: start, upTo: place + start.utf8CodeUnitCount, from: place) != nil {
      return bytes.firstRange(of: end, from: place)?.upperBound ?? bytes.count
    }
    return endOfTag(place, bytes)
  }

  /// A `>` within quotes is none.
  private static func endOfTag(_ place: Int, _ bytes: [UInt8]) -> Int {
    var place = place
    while let end = bytes.firstRange(of: ">", from: place) {
      guard let quote = bytes.firstRange(of: "\"", upTo: end.lowerBound, from: place),
        let other = bytes.firstRange(of: "\"", from: quote.upperBound)
      else { return end.upperBound }
      place = other.upperBound
    }
    return bytes.count
  }

  private static let alone = ["<!", "<input", "<meta", "<link", "<li id=", "<template"]

  private static func piece(_ bytes: [UInt8], _ range: Range<Int>) -> Piece? {
    let html = bytes.text(range)
    guard html.utf8.first == UInt8(ascii: "<") else {
      guard let line = bytes.firstRange(of: "\n", from: range.lowerBound), line.lowerBound < range.upperBound else {
        return Piece(html: html, id: nil, level: 0)
      }
      let words = html.split { $0.isWhitespace }.joined(separator: " ")
      return words.isEmpty ? nil : Piece(html: words, id: nil, level: 0)
    }
    if html.hasPrefix("</") { return Piece(html: html, id: nil, level: -1) }
    let end = html.hasPrefix("<template") ? range.lowerBound : endOfTag(range.lowerBound, bytes)
    let start = bytes.firstRange(of: " id=\"", upTo: end, from: range.lowerBound)?.upperBound
    let id = start.flatMap { start in
      bytes.firstRange(of: "\"", from: start).map { bytes.text(start..<$0.lowerBound) }
    }
    return Piece(html: html, id: id, level: alone.contains { html.hasPrefix($0) } ? 0 : 1)
  }
}

extension Markup {
  /// Where the pieces of an element are.
  func range(ofElement id: String) -> Range<Int>? {
    pieces.firstIndex { $0.id == id }.map(range(ofElementAt:))
  }

  private func range(ofElementAt start: Int) -> Range<Int> {
    var (end, level) = (start, 0)
    repeat {
      level += pieces[end].level
      end += 1
    } while level > 0 && end < pieces.count
    return start..<end
  }

  /// The elements that stand in no other.
  var elements: [Markup] {
    var (elements, place) = ([Markup](), 0)
    while place < pieces.count {
      let range = range(ofElementAt: place)
      elements.append(Markup(pieces[range]))
      place = range.upperBound
    }
    return elements
  }

  init(_ pieces: ArraySlice<Piece>) {
    self.pieces = Array(pieces)
  }

  var id: String? { pieces.first?.id }

  /// Where an element opens and closes that is found by its class, or is the list in one that is found by its id.
  func ends(of selector: String) -> Range<Int>? {
    let start: Int?
    if selector.hasPrefix(".") {
      start = pieces.firstIndex { $0.html.contains("class=\"\(selector.dropFirst())") }
    } else {
      let words = selector.dropFirst().split(separator: " ")
      let element = pieces.firstIndex { $0.id.map { $0 == words[0] } ?? false }
      start = words.count == 1 ? element : element.flatMap { firstIndex(of: words[1], from: $0) }
    }
    return start.map(range(ofElementAt:))
  }

  private func firstIndex(of tag: Substring, from start: Int) -> Int? {
    pieces[start...].firstIndex { $0.html.hasPrefix("<\(tag)") }
  }

  mutating func removeAll(where isIt: (Piece) -> Bool) { pieces.removeAll(where: isIt) }

  mutating func replace(_ range: Range<Int>, with other: Markup) {
    pieces.replaceSubrange(range, with: other.pieces)
  }
}
