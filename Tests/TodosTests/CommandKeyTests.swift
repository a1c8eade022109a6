import GRDB
import Testing

@testable import TodoStorage

@Suite("CommandKey: what is a key") struct CommandKeyTests {
  @Test("1 to 64 letters, digits, _ and - are one", arguments: ["a", "Z", "0_-", String(repeating: "a", count: 64)])
  func valid(text: String) throws {
    #expect(try CommandKey(text).text == text)
  }

  @Test(
    "anything else is none",
    arguments: ["", " ", "a b", "a,b", "\"a\"", "ä", "a\n", "a\0", "a/b", String(repeating: "a", count: 65)])
  func invalid(text: String) {
    #expect(throws: TodosError.invalidCommandKey) { try CommandKey(text) }
  }
}

@Suite("SQLiteStore: keys") struct StoredKeyTests {
  @Test("keys whose time is over are purged, some with each new one")
  func purging() async throws {
    let (temporary, groceries) = (try TemporaryStore(), try ListName("groceries"))
    let store = temporary.store
    for number in 0..<25 { _ = try await store.add(Title("old"), to: groceries, key: CommandKey("old-\(number)")) }
    temporary.advance(by: 3601)
    var counts: [Int] = []
    for number in 0..<4 {
      _ = try await store.add(Title("new"), to: groceries, key: CommandKey("new-\(number)"))
      counts.append(
        try await store.commits.commit { try Int.fetchOne($0, sql: "SELECT count(*) FROM commands") ?? 0 })
    }
    #expect(counts == [16, 7, 3, 4])
  }
}
