import Testing

@testable import TodoApp

@Suite("BidiIsolation: titles in attributes and options") struct BidiIsolationTests {
  @Test("a title that goes from right to left, or turns others about, is isolated", arguments: ["שלום!", "a\u{202E}b"])
  func isolated(title: String) {
    #expect(BidiIsolation.isolated(title) == "\u{2068}\(title)\u{2069}")
  }

  @Test("any other title is left as it is", arguments: ["Groceries", "日本語", "C++ 👩‍👧", ""])
  func plain(title: String) {
    #expect(BidiIsolation.isolated(title) == title)
  }
}
