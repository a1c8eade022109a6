import GRDB
import Testing

@testable import TodoStorage

@Suite("SQLiteStore: following commits", .timeLimit(.minutes(10))) struct FeedTests {
  @Test("what could not be committed is not told, whatever it was committed with")
  func failingCommits() async throws {
    let (temporary, groceries) = (try TemporaryStore(), try ListName("groceries"))
    let store = temporary.store
    let feed = store.committedChanges()
    var changes = [try await store.add(Title("first"), to: groceries)]
    for _ in 0..<20 {
      changes += await withTaskGroup(of: Change?.self) { group in
        for number in 0..<10 { group.addTask { try? await store.add(Title("\(number)"), to: groceries) } }
        // Found wrong at the commit, which fails for all that is in it.
        group.addTask {
          try? await store.commits.commit { db in
            try db.execute(sql: "PRAGMA defer_foreign_keys = ON; UPDATE todos SET list = -1")
          }
          return nil
        }
        return await group.reduce(into: []) { $0 += $1.map { [$0] } ?? [] }
      }
    }
    #expect(changes.count < 201)
    let stored = try await store.list(groceries).todos
    try store.close()
    var told: [CommittedChange] = []
    for await commit in feed { told += commit }
    #expect(told.map(\.revision) == changes.map(\.revision).sorted())
    #expect(told.compactMap(\.todos.first?.todo) == stored && stored.count == changes.count)
  }
}
