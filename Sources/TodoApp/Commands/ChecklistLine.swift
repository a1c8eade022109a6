/// One line of Markdown, by what it is to a list.
///
/// Read by code points: what combines with a space makes one character of both, and the space counts here.
enum ChecklistLine: Equatable {
  /// Nothing but white space.
  case blank
  /// What follows a bullet or a number, without its box; empty where nothing does.
  case item(Substring, isCompleted: Bool)
  /// What follows up to six `#`.
  case heading(Substring)
  /// The beginning of a block of code, which such a run of marks ends.
  case fence(Fence)
  /// Prose, rules, quotes, tables, emphasis.
  case other

  /// A run of at least three `` ` `` or `~`.
  struct Fence: Equatable {
    let mark: Unicode.Scalar
    let length: Int

    /// Whether this line ends the block: such a run, no shorter, and nothing else.
    func isEnded(by line: Substring) -> Bool {
      let line = line.unicodeScalars.drop(while: \.isSpace)
      let run = line.prefix { $0 == mark }
      return run.count >= length && line[run.endIndex...].allSatisfy(\.isSpace)
    }
  }

  init(_ line: Substring) {
    let line = line.unicodeScalars.drop(while: \.isSpace)
    if line.isEmpty {
      self = .blank
    } else if Self.isRule(line) {
      self = .other
    } else if let item = Self.afterMark(line) {
      let (text, isCompleted) = Self.box(item) ?? (item, false)
      self = .item(Substring(text), isCompleted: isCompleted)
    } else if let heading = Self.afterHashes(line) {
      self = .heading(Substring(heading))
    } else if let fence = Self.fence(line) {
      self = .fence(fence)
    } else {
      self = .other
    }
  }

  private typealias Scalars = Substring.UnicodeScalarView

  /// Whether this is a line across: three or more `-`, `*` or `_` alone, which may be bullets one by one.
  private static func isRule(_ line: Scalars) -> Bool {
    guard let mark = line.first, ["-", "*", "_"].contains(mark) else { return false }
    let marks = line.lazy.filter { !$0.isSpace }
    return marks.allSatisfy { $0 == mark } && marks.count >= 3
  }

  /// What follows a bullet, or a number with a dot or a bracket; a space has to, so that `-5 °C` and `**bold**` are none.
  private static func afterMark(_ line: Scalars) -> Scalars? {
    let digits = line.prefix { ("0"..."9").contains($0) }
    let mark = line[digits.endIndex...].first
    let isMark = digits.isEmpty ? ["-", "*", "+", "•"].contains(mark) : digits.count < 10 && [".", ")"].contains(mark)
    return isMark ? text(line[digits.endIndex...].dropFirst()) : nil
  }

  private static func afterHashes(_ line: Scalars) -> Scalars? {
    let hashes = line.prefix { $0 == "#" }
    return (1...6).contains(hashes.count) ? text(line[hashes.endIndex...]) : nil
  }

  /// Takes the box off an item; nil for one without, a link like `[x](address)` for one.
  private static func box(_ item: Scalars) -> (text: Scalars, isCompleted: Bool)? {
    let box = item.prefix(3)
    guard box.count == 3, box.first == "[", box.last == "]", let rest = text(item.dropFirst(3)) else { return nil }
    switch box.dropFirst().first {
    case " ": return (rest, false)
    case "x", "X": return (rest, true)
    default: return nil
    }
  }

  /// What follows, without the space that has to be between; nil where there is none.
  private static func text(_ rest: Scalars) -> Scalars? {
    rest.first?.isSpace ?? true ? rest.drop(while: \.isSpace) : nil
  }

  private static func fence(_ line: Scalars) -> Fence? {
    guard let mark = line.first, ["`", "~"].contains(mark) else { return nil }
    let run = line.prefix { $0 == mark }
    // Between backticks on one line there is code within prose.
    guard run.count >= 3, mark == "~" || !line[run.endIndex...].contains(mark) else { return nil }
    return Fence(mark: mark, length: run.count)
  }
}

extension Unicode.Scalar {
  fileprivate var isSpace: Bool { properties.isWhitespace }
}
