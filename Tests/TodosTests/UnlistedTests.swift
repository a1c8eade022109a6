import Foundation
import GRDB
import Testing

@testable import TodoStorage

@Suite("ListName: names of unlisted lists") struct UnlistedNameTests {
  @Test("each is another one, of 128 bits as 32 digits")
  func names() throws {
    let names = try (0..<1_000).map { _ in try ListName.unlisted() }
    #expect(Set(names).count == 1_000)
    for name in names {
      #expect(name.isUnlisted && name.text.wholeMatch(of: /u-[0-9a-f]{32}/) != nil)
      #expect(name.impliedTitle == "Unlisted list")
    }
    // Each bit is there in some and not in others.
    let digits = names.map { Array($0.text.dropFirst(2)) }
    for place in 0..<32 { #expect(Set(digits.map { $0[place] }).count == 16) }
  }

  @Test(
    "no other name is one, and none is made of a title",
    arguments: [
      "u", "u-", "groceries", "u-0123456789abcdef0123456789abcde", "u-0123456789abcdef0123456789abcdef0",
      "u-0123456789abcdef0123456789abcdeg", "v-0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef",
    ])
  func others(text: String) throws {
    #expect(try !ListName(text).isUnlisted)
    #expect(try ListName(slugifying: Title("U 0123456789ABCDEF0123456789abcdef")) == nil)
  }

  @Test(
    "in a log their names are left out, however they are written",
    arguments: [
      ("/lists/groceries", "/lists/groceries"), ("/lists/%41%", "/lists/%41%"),
      ("/lists/caf%C3%A9", "/lists/caf%C3%A9"),
      ("/lists/NAME", "/lists/[unlisted]"), ("/lists/NAME.json", "/lists/[unlisted].json"),
      ("/todos/NAME/7/move", "/todos/[unlisted]/7/move"), ("todos:NAME", "todos:[unlisted]"),
      ("/lists/u%2D0123456789abcdef0123456789abcde%66", "/lists/[unlisted]"), ("NAMENAME", "[unlisted][unlisted]"),
    ])
  func logged(text: String, shown: String) {
    let name = "u-0123456789abcdef0123456789abcdef"
    for name in [name, name.uppercased()] {
      #expect(ListName.withoutUnlisted(text.replacing("NAME", with: name)) == shown)
    }
  }
}

@Suite("SQLiteStore: unlisted lists") struct UnlistedListTests {
  private let temporary: TemporaryStore
  private var store: SQLiteStore { temporary.store }

  init() throws {
    temporary = try TemporaryStore()
  }

  @Test("the index is read and kept in order by an index of the database, without the unlisted ones")
  func plan() async throws {
    let plan = try await store.commits.commit { db in
      try Row.fetchAll(
        db,
        sql: """
          EXPLAIN QUERY PLAN SELECT name, title FROM lists
          WHERE deletion IS NULL AND unlisted = 0 ORDER BY title COLLATE NOCASE, name
          """
      ).map { $0["detail"] as String }
    }
    #expect(plan.count == 1 && plan[0].contains("lists_shown"), "\(plan)")
  }

  @Test("a file of a version without them is brought up to date")
  func migrating() async throws {
    let path = temporary.folder.appending(path: "old.sqlite").path
    let queue = try DatabaseQueue(path: path)
    try Migrations.migrator.migrate(queue, upTo: "4: counts")
    try await queue.write { db in
      try db.execute(
        sql: """
          INSERT INTO lists (name, title, revision) VALUES ('a', 'A', 1),
            ('u-0123456789abcdef0123456789abcdef', 'B', 2), ('u-0123456789abcdef0123456789abcdeg', 'C', 3);
          UPDATE changes SET revision = 3, list_count = 3;
          """)
    }
    try queue.close()
    let store = try SQLiteStore(path: path)
    #expect(try await store.lists().lists.map(\.title) == ["A", "C"])
    try store.close()
  }
}
