import Testing

@testable import TodoStorage

@Suite("ListName: names for new lists") struct ListNamesTests {
  @Test("among thousands a number is found by a few questions")
  func many() throws {
    for title in ["C", "日本語"] {
      var taken: Set<ListName> = []
      for number in 1...10_000 {
        var questions = 0
        let name = try ListName.free(for: Title(title)) { name in
          questions += 1
          return taken.contains(name)
        }
        #expect(taken.insert(name).inserted && questions <= 30, "list \(number)")
      }
      #expect(try taken.contains(ListName(title == "C" ? "c-10000" : "list-10000")))
    }
  }
}
