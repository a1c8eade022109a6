import Testing

@testable import TodoApp

@Suite("ImportedList: the Markdown that people have") struct ChecklistTests {
  private func read(_ text: String) throws -> (titles: [String], skipped: Int) {
    let list = try ImportedList(markdown: text)
    return (list.todos.map { ($0.isCompleted ? "x " : "") + $0.title.text }, list.skippedLines)
  }

  @Test(
    "an item begins with a bullet or a number and a space, on any level, with or without a box",
    arguments: [
      ("- [ ] Milk", "Milk"), ("- [x] Milk", "x Milk"), ("* [X] Milk", "x Milk"), ("+ Milk", "Milk"),
      ("• Milk", "Milk"),
      ("1. [ ] Milk", "Milk"), ("2) [x] Milk", "x Milk"), ("123456789. Milk", "Milk"), ("    - Milk", "Milk"),
      ("\t\t* [x] Milk", "x Milk"), ("-\tMilk", "Milk"), ("-\u{A0}[ ]\u{A0}Milk", "Milk"), ("-   [ ]   Milk  ", "Milk"),
      ("\u{FEFF}- Milk", "Milk"), ("- [ ] [x] Milk", "[x] Milk"), ("- [x](there)", "[x](there)"), ("- []", "[]"),
      ("- [y] Milk", "[y] Milk"), ("- [ ]Milk", "[ ]Milk"), ("- **bold**", "**bold**"), ("- - Milk", "- Milk"),
      ("- [ ] ---", "---"), ("- \u{301}a", "\u{301}a"), ("- a\tb", "a b"),
    ])
  func items(line: String, title: String) throws {
    let (titles, skipped) = try read(line)
    #expect(titles == [title] && skipped == 0)
  }

  @Test(
    "any other line among items is passed over and counted",
    arguments: [
      "Milk", "-Milk", "-[ ] Milk", "**bold**", "*emphasis*", "---", "- - -", "* * *", "___", "-----", "===", "- [ ]",
      "-",
      "*", "1.", "- [x] \u{200B}", "> - Milk", "| a | b |", "|---|---|", "[ ] Milk", "1.5 l Milk", "1234567890. Milk",
      "-5 °C", "+1", "#hashtag", "####### seven", "#", "## Second heading", "<!-- - Milk -->", "`- Milk`", "``` - ```",
    ])
  func skipped(line: String) throws {
    let (titles, skipped) = try read("# Title\n- one\n\n  \(line)\n \t\n- two\n")
    #expect(titles == ["one", "two"] && skipped == 1)
  }

  @Test(
    "a block of code is passed over, to its end or to the text's",
    arguments: [
      ("- a\n```\n- b\n\n```\n- c", ["a", "c"], 3), ("~~~~ md\n- a\n~~~\n```\n~~~~~ \n- b", ["b"], 5),
      ("- a\n  ```sh\n  - b", ["a"], 2), ("- a\n``` `\n- b", ["a", "b"], 1),
    ] as [(String, [String], Int)])
  func code(text: String, titles: [String], skipped: Int) throws {
    let list = try read(text)
    #expect(list.titles == titles && list.skipped == skipped)
  }

  @Test("the first heading with a text is the title, wherever it stands", arguments: ["\n", "\r\n", "\r"])
  func title(lineEnd: String) throws {
    let lines = ["\u{FEFF}#", "- a", "### Groceries ###", "## Second", "\t- b"]
    let list = try ImportedList(markdown: lines.joined(separator: lineEnd))
    #expect(
      list.title?.text == "Groceries ###" && list.todos.map(\.title.text) == ["a", "b"] && list.skippedLines == 2)
  }
}
