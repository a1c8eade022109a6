import GRDB
import Testing
import TodoStorageTesting

@testable import TodoStorage

@Suite("SQLiteStore: counts") struct CountTests {
  @Test("what is kept is what would be counted, after every command", arguments: [1, 2, 3] as [UInt64])
  func kept(seed: UInt64) async throws {
    let subject = try await StoreUnderTest(.sqlite, limits: RandomCommands.limits)
    let store = try #require(subject.store as? SQLiteStore)
    var commands = try RandomCommands(subject, seed: seed)
    for step in 0..<400 {
      _ = try await commands.run()
      #expect(try await store.wrongCounts() == [], "seed \(seed), step \(step)")
    }
  }
}

extension SQLiteStore {
  /// The counts that are kept and not what counting gives; none, if all is well.
  func wrongCounts() async throws -> [String] {
    try await commits.commit { db in
      try String.fetchAll(
        db,
        sql: """
          SELECT 'list ' || id || ': ' || todo_count || ' todos, ' || completed_count || ' completed, ' || title_bytes
            || ' bytes' FROM lists
          WHERE (todo_count, completed_count, title_bytes) IS NOT (
            SELECT count(*), ifnull(sum(completed), 0), ifnull(sum(length(CAST(title AS BLOB))), 0) FROM todos
            WHERE list = lists.id AND deletion IS NULL)
          UNION ALL
          SELECT list_count || ' lists, ' || deletion_count || ' deletions of ' || deleted_todo_count FROM changes
          WHERE (list_count, deletion_count, deleted_todo_count) IS NOT (
            SELECT (SELECT count(*) FROM lists WHERE deletion IS NULL), count(*), ifnull(sum(size), 0) FROM deletions)
          """)
    }
  }
}
