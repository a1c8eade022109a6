import Testing
import Todos

@Suite("Title: tidying what was typed") struct TitleTests {
  @Test(
    "white space around goes, and a line break inside becomes one space",
    arguments: [
      ("Milk", "Milk"), ("  Milk \t", "Milk"), ("\u{3000}Milk\n", "Milk"), ("a\nb", "a b"), ("a\r\nb", "a b"),
      ("a\rb", "a b"), ("a\n\r\n\nb", "a b"), ("a \n b", "a   b"),
      ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
      ("{{x}} & \"'", "{{x}} & \"'"), ("👩‍👩‍👧‍👦 ä é", "👩‍👩‍👧‍👦 ä é"), ("\u{202E}abc", "\u{202E}abc"),
      // A reader counts white space and what combines with it as one character, which is not white.
      ("a\u{601} ", "a\u{601}"), (" \u{301}a", "\u{301}a"),
    ])
  func tidied(typed: String, text: String) throws {
    #expect(try Title(typed).text.unicodeScalars.elementsEqual(text.unicodeScalars))
  }

  @Test("blank is refused", arguments: ["", " ", "\t\n\r\n ", "\u{2003}\u{00A0}"])
  func blank(typed: String) {
    #expect(throws: TodosError.blankTitle) { try Title(typed) }
  }

  @Test(
    "control characters are refused by name",
    arguments: [
      ("a\u{0}b", "U+0000"), ("a\tb", "U+0009"), ("a\u{1B}[31m", "U+001B"), ("a\u{7F}", "U+007F"),
      ("a\u{85}b", "U+0085"),
      ("a\u{2028}b", "U+2028"), ("a\u{2029}b", "U+2029"), ("a\u{B}b", "U+000B"),
    ])
  func control(typed: String, name: String) {
    let error = #expect(throws: TodosError.self) { try Title(typed) }
    #expect(error?.description == "the title holds the control character \(name): leave it out")
  }

  @Test("500 characters are taken, 501 are not")
  func length() throws {
    #expect(try Title(String(repeating: "ä", count: 500)).text.count == 500)
    #expect(throws: TodosError.titleTooLong) { try Title(String(repeating: "a", count: 501)) }
  }

  @Test("one character of many code points does not get around the limit")
  func zalgo() {
    #expect(throws: TodosError.titleTooLong) { try Title("a" + String(repeating: "\u{301}", count: 30_000)) }
  }
}

@Suite("ListName: slugs") struct ListNameTests {
  @Test("a slug is taken as it is", arguments: ["a", "groceries", "to-do-2", "-", String(repeating: "a", count: 64)])
  func valid(text: String) throws {
    #expect(try ListName(text).text == text)
  }

  @Test(
    "anything else is refused",
    arguments: ["", "A", "a b", "a/b", "ä", "a.json", "a\n", "a\0", "..", String(repeating: "a", count: 65)])
  func invalid(text: String) {
    #expect(throws: TodosError.invalidListName) { try ListName(text) }
  }

  @Test(
    "a title becomes a slug",
    arguments: [
      ("Groceries", "groceries"), ("To do, today!", "to-do-today"), ("Äpfel & Crème brûlée", "apfel-creme-brulee"),
      ("  --x--  ", "x"), ("2026", "2026"), ("ﬁne", "fine"), (String(repeating: "ab ", count: 60), nil),
    ] as [(String, String?)])
  func slugifying(title: String, slug: String?) throws {
    let name = try ListName(slugifying: Title(title))
    #expect(slug == nil || name.text == slug)
    #expect(name.text.utf8.count <= 64 && !name.text.hasSuffix("-"))
  }

  @Test("a title without a letter or a digit is refused", arguments: ["!!!", "日本語", "🛒"])
  func nothingLeft(title: String) {
    #expect(throws: TodosError.noNameInTitle) { try ListName(slugifying: Title(title)) }
  }
}
