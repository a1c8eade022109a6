/// The paths that a route is for, as they are written down: `/lists/:list.json`, `/public/*file`.
struct Pattern: Sendable {
  let text: String
  let segments: [Segment]
  /// What the segments that take any text are called, in their order.
  let names: [String]

  /// What stands between two slashes.
  enum Segment: Sendable, Equatable {
    case literal(String)
    /// Any text that ends in a suffix, which may be empty.
    case text(suffix: String)
    /// All that follows.
    case rest
  }

  /// - Precondition: the text is a pattern: what it must not be is said by name.
  init(_ text: String) {
    precondition(text.isEmpty || text.hasPrefix("/"), "a route's pattern begins with /: \(text)")
    precondition(!text.contains { "?#".contains($0) }, "a route's pattern is a path, without a query: \(text)")
    precondition(!Self.hasEscape(text), "a route's pattern is written as it reads, without percent escapes: \(text)")
    let parts = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(Self.segment)
    let names = parts.compactMap(\.name)
    precondition(!names.contains(""), "a part of a route's pattern has no name after its : or *: \(text)")
    precondition(Set(names).count == names.count, "a route's pattern has one name twice: \(text)")
    precondition(
      !parts.dropLast().contains { $0.segment == .rest }, "nothing follows a * in a route's pattern: \(text)")
    (self.text, self.names, segments) = (text, names, parts.map(\.segment))
  }

  private static func segment(_ text: Substring) -> (segment: Segment, name: String?) {
    if text.hasPrefix("*") { return (.rest, String(text.dropFirst())) }
    guard text.hasPrefix(":") else { return (.literal(String(text)), nil) }
    let name = text.dropFirst().prefix { $0 != "." }
    return (.text(suffix: String(text.dropFirst(1 + name.count))), String(name))
  }

  /// Whether some of the text would be read as other text in a request's path, and never be found.
  private static func hasEscape(_ text: String) -> Bool {
    PercentEncoding.decode(text.utf8).map { $0 != text } ?? false
  }
}
