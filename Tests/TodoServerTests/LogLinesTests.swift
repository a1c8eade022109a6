import Testing

@testable import todo_server

@Suite("todo-server: log lines") struct LogLinesTests {
  @Test(
    "a value stands as it is, or quoted and escaped where it could be taken for more than a value",
    arguments: [
      ("/lists/a", "/lists/a"), ("", "\"\""), ("two words", "\"two words\""), ("a=b", "\"a=b\""),
      ("say \"no\"", "\"say \\\"no\\\"\""), ("a\\ b", "\"a\\\\ b\""),
      ("x\nlevel=error msg=forged", "\"x\\u{a}level=error msg=forged\""), ("a\u{2028}b", "\"a\\u{2028}b\""),
      ("\u{1B}[31m", "\"\\u{1b}[31m\""), ("\u{85}", "\"\\u{85}\""), ("ä", "ä"),
    ])
  func values(text: String, line: String) {
    #expect(LogLines.value(text) == line)
  }
}
