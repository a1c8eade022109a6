/// Parses the Mustache language (mustache(5), and the cases of the Mustache specification).
///
/// Left out on purpose, and refused by name: other delimiters, lambdas, blocks and parents, and dynamic names.
struct Parser {
  /// How deep sections may be nested, so that no template can overflow the stack.
  static let depthLimit = 64

  private let file: String
  private let source: [UInt8]
  private var position = 0
  private var line = 1
  private var text: [UInt8] = []
  private var open: [OpenSection] = []
  private var nodes: [Syntax.Node] = []

  /// A section whose end has not been seen.
  private struct OpenSection {
    let name: Syntax.Name
    let isInverted: Bool
    let nodesBefore: [Syntax.Node]
  }

  /// Parses a template.
  ///
  /// - Parameter indentation: stands before every line, as for a partial whose tag is alone on an indented line.
  static func parse(_ source: [UInt8], file: String, indentation: [UInt8] = []) throws(TemplateError) -> Syntax {
    var parser = Parser(file: file, source: indented(source, by: indentation))
    try parser.run()
    return Syntax(file: file, nodes: parser.nodes)
  }

  private init(file: String, source: [UInt8]) {
    (self.file, self.source) = (file, source)
  }

  private static func indented(_ source: [UInt8], by indentation: [UInt8]) -> [UInt8] {
    guard !indentation.isEmpty else { return source }
    return Array(
      source.split(separator: 0x0A, omittingEmptySubsequences: false)
        .map { $0.isEmpty ? [] : indentation + $0 }.joined(separator: [0x0A]))
  }

  private mutating func run() throws(TemplateError) {
    while position < source.count {
      guard source[position...].starts(with: Self.opening) else {
        if source[position] == 0x0A { line += 1 }
        text.append(source[position])
        position += 1
        continue
      }
      try parseTag()
    }
    flushText()
    if let section = open.last {
      throw error("the section \(section.name.text) is not closed: add {{/\(section.name.text)}}", section.name.line)
    }
  }

  private func error(_ reason: String, _ line: Int) -> TemplateError {
    TemplateError(file: file, line: line, reason: reason)
  }

  private mutating func flushText() {
    if !text.isEmpty { nodes.append(.text(text)) }
    text = []
  }
}

// MARK: - Tags

extension Parser {
  private static let opening = Array("{{".utf8)

  private mutating func parseTag() throws(TemplateError) {
    let start = position
    let tagLine = line
    position += 2
    let sigil = position < source.count ? source[position] : 0
    let closing = Array((sigil == UInt8(ascii: "{") ? "}}}" : "}}").utf8)
    guard let end = source[position...].firstRange(of: closing) else {
      throw error("the tag is not closed: add \(String(decoding: closing, as: UTF8.self))", tagLine)
    }
    let inside = source[position..<end.lowerBound]
    position = end.upperBound
    line += inside.count { $0 == 0x0A }
    let content = String(decoding: inside.dropFirst(), as: UTF8.self).trimmingBlanks
    switch sigil {
    case UInt8(ascii: "!"):
      _ = takeStandaloneLine(tagStart: start)
    case UInt8(ascii: "#"), UInt8(ascii: "^"):
      _ = takeStandaloneLine(tagStart: start)
      try beginSection(try name(content, tagLine), isInverted: sigil == UInt8(ascii: "^"))
    case UInt8(ascii: "/"):
      _ = takeStandaloneLine(tagStart: start)
      try endSection(content, tagLine)
    case UInt8(ascii: ">"):
      let indentation = takeStandaloneLine(tagStart: start)
      guard !content.isEmpty, !content.hasPrefix("*") else {
        throw error("a partial has a fixed name: dynamic names are not supported", tagLine)
      }
      flushText()
      nodes.append(.partial(name: content, indentation: indentation ?? [], line: tagLine))
    case UInt8(ascii: "{"), UInt8(ascii: "&"):
      flushText()
      nodes.append(.raw(try name(content, tagLine)))
    case UInt8(ascii: "="):
      throw error("other delimiters than {{ and }} are not supported", tagLine)
    case UInt8(ascii: "$"), UInt8(ascii: "<"):
      throw error("blocks and parents are not supported: use a partial", tagLine)
    default:
      flushText()
      nodes.append(.variable(try name(String(decoding: inside, as: UTF8.self).trimmingBlanks, tagLine)))
    }
  }

  private mutating func beginSection(_ name: Syntax.Name, isInverted: Bool) throws(TemplateError) {
    guard open.count < Self.depthLimit else {
      throw error("sections are nested more than \(Self.depthLimit) deep", name.line)
    }
    flushText()
    open.append(OpenSection(name: name, isInverted: isInverted, nodesBefore: nodes))
    nodes = []
  }

  private mutating func endSection(_ text: String, _ line: Int) throws(TemplateError) {
    guard let section = open.popLast() else { throw error("{{/\(text)}} closes a section that is not open", line) }
    guard section.name.text == text else {
      throw error("{{/\(text)}} stands where {{/\(section.name.text)}} of line \(section.name.line) is due", line)
    }
    flushText()
    nodes = section.nodesBefore + [.section(section.name, inverted: section.isInverted, nodes)]
  }

  private func name(_ text: String, _ line: Int) throws(TemplateError) -> Syntax.Name {
    let path = text == "." ? ["."] : text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard !path.contains(""), !text.contains(where: \.isWhitespace) else {
      throw error("a tag needs one name, not \"\(text)\"", line)
    }
    return Syntax.Name(path: path, line: line)
  }

  /// If the tag that has just been read is alone on its line, takes the line out of the text.
  ///
  /// - Returns: what the line was indented by; nil if something else is on the line.
  private mutating func takeStandaloneLine(tagStart: Int) -> [UInt8]? {
    let lineStart = source[..<tagStart].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let before = source[lineStart..<tagStart]
    let lineEnd = source[position...].firstIndex(of: 0x0A) ?? source.count
    let after = source[position..<lineEnd]
    guard before.allSatisfy(\.isBlank), after.allSatisfy({ $0.isBlank || $0 == 0x0D }) else { return nil }
    text.removeLast(before.count)
    position = min(lineEnd + 1, source.count)
    if lineEnd < source.count { line += 1 }
    return Array(before)
  }
}

extension UInt8 {
  fileprivate var isBlank: Bool { self == 0x20 || self == 0x09 }
}

extension String {
  fileprivate var trimmingBlanks: String {
    let start = drop { $0.isWhitespace }
    return String(
      start.prefix(upTo: start.lastIndex { !$0.isWhitespace }.map { start.index(after: $0) } ?? start.startIndex))
  }
}
