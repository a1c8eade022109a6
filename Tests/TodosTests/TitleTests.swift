import Testing
import TodoStorage

@Suite("Title: tidying what was typed") struct TitleTests {
  @Test(
    "white space around goes, and a run of tabs and line breaks inside becomes one space",
    arguments: [
      ("Milk", "Milk"), ("  Milk \t", "Milk"), ("\u{3000}Milk\n", "Milk"), ("a\nb", "a b"), ("a\r\nb", "a b"),
      ("a\rb", "a b"), ("a\n\r\n\nb", "a b"), ("a \n b", "a   b"),
      ("a\tb", "a b"), ("a\t\n\tb", "a b"), ("a \t b", "a   b"),
      ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
      ("{{x}} & \"'", "{{x}} & \"'"), ("👩‍👩‍👧‍👦 ä é", "👩‍👩‍👧‍👦 ä é"), ("\u{202E}abc", "\u{202E}abc"),
      // A reader counts white space and what combines with it as one character, which is not white.
      ("a\u{601} ", "a\u{601}"), (" \u{301}a", "\u{301}a"),
    ])
  func tidied(typed: String, text: String) throws {
    #expect(try Title(typed).text.unicodeScalars.elementsEqual(text.unicodeScalars))
  }

  @Test(
    "what nobody could see is blank",
    arguments: [
      "", " ", "\t\n\r\n ", "\u{2003}\u{00A0}", "\u{200B}", "\u{00AD}", "\u{2800}", "\u{3164}", "\u{115F}\u{1160}",
      "\u{FFA0}", "\u{034F}", "\u{061C}", "\u{202E}\u{2066} \u{2069}", "\u{FE0F}\u{E0100}", "\u{200D}\u{2060}",
      "\u{FEFF}", "\u{180E}", "\u{E0041}", "\u{FFF9}\u{FFFB}", "\u{1D159}", "\u{13441}", "\u{16FE4}",
      String(repeating: "\u{200B}", count: 3_000),
    ])
  func blank(typed: String) {
    #expect(throws: TodosError.blankTitle) { try Title(typed) }
  }

  @Test("of all that only steers how others are shown, nothing is a title but the signs that stand before numbers")
  func formatCharacters() {
    // Unicode's property Prepended_Concatenation_Mark.
    let shown: [ClosedRange<UInt32>] = [
      0x600...0x605, 0x6DD...0x6DD, 0x70F...0x70F, 0x890...0x891, 0x8E2...0x8E2, 0x110BD...0x110BD, 0x110CD...0x110CD,
    ]
    for scalar in (0...0x10_FFFF).lazy.compactMap(Unicode.Scalar.init) {
      guard scalar.properties.generalCategory == .format else { continue }
      let isTitle = (try? Title(String(scalar))) != nil
      #expect(isTitle == shown.contains { $0.contains(scalar.value) }, "U+\(String(scalar.value, radix: 16))")
    }
  }

  @Test(
    "what cannot be seen stays beside what can",
    arguments: [
      "a\u{200B}b", "\u{200F}שלום", "☂\u{FE0F}", "👩\u{200D}👧", "\u{2800}⠿", "\u{3164}a", "\u{301}", "\u{600}",
    ])
  func visible(typed: String) throws {
    #expect(try Title(typed).text.unicodeScalars.elementsEqual(typed.unicodeScalars))
  }

  @Test(
    "control characters are refused by name",
    arguments: [
      ("a\u{0}b", "U+0000"), ("\u{7}", "U+0007"), ("a\u{1B}[31m", "U+001B"), ("a\u{7F}", "U+007F"),
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
    for character in ["a", "👩‍👩‍👧‍👦"] {
      let error = #expect(throws: TodosError.titleTooLong) { try Title(String(repeating: character, count: 501)) }
      #expect(error?.description == "the title is too long: write at most 500 characters")
    }
  }

  @Test(
    "2000 bytes are taken, 2001 are not, however few characters they make",
    arguments: ["👩‍👩‍👧‍👦", "e\u{301}\u{323}"])
  func bytes(unit: String) throws {
    let title = String(repeating: unit, count: 2_000 / unit.utf8.count)
    let rest = String(repeating: "x", count: 2_000 - title.utf8.count)
    #expect(try Title(title + rest).text.utf8.count == 2_000)
    let error = #expect(throws: TodosError.titleTooLarge) { try Title(title + rest + "x") }
    #expect(error?.description.contains("2000 bytes") == true)
  }

  @Test("one character of many code points does not get around the limit")
  func zalgo() {
    #expect(throws: TodosError.titleTooLarge) { try Title("a" + String(repeating: "\u{301}", count: 30_000)) }
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
    let name = try #require(ListName(slugifying: Title(title)))
    #expect(slug == nil || name.text == slug)
    #expect(name.text.utf8.count <= 64 && !name.text.hasSuffix("-"))
  }

  @Test("a title without a letter from a to z or a digit has no slug", arguments: ["!!!", "日本語", "🛒"])
  func nothingLeft(title: String) throws {
    #expect(try ListName(slugifying: Title(title)) == nil)
  }
}
