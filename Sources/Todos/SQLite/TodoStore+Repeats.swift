import GRDB

// The one place where a command that is sent again is known again.

extension TodoStore {
  /// Carries a command out, and once only for all that come with the same key.
  ///
  /// The key is stored by the savepoint that makes the change: there is never the one without the other, and a command
  /// that is refused may be sent again with its key.
  ///
  /// - Parameter isHeavy: whether it may write many rows.
  /// - Throws: ``TodosError/usedCommandKey`` for a key that another command has come with.
  func commit(
    _ key: CommandKey?, isHeavy: Bool = false, _ command: @escaping @Sendable (Database) throws -> Outcome
  ) async throws(TodosError) -> Change {
    try await commits.commit(isHeavy: isHeavy, key.map { once($0, command) } ?? command, telling: \.committed).change
  }

  private func once(
    _ key: CommandKey, _ command: @escaping @Sendable (Database) throws -> Outcome
  ) -> @Sendable (Database) throws -> Outcome {
    let time = now().timeIntervalSince1970
    let oldest = time - limits.commandKeys / .seconds(1)
    return { db in
      if let change = try Self.change(madeWith: key, since: oldest, in: db) { return .unchanged(change) }
      let outcome = try command(db)
      let change = outcome.change
      try db.run(
        "DELETE FROM commands WHERE key IN (SELECT key FROM commands WHERE time < ? ORDER BY time LIMIT ?)",
        [oldest, Self.purgedAtOnce])
      // A key whose time is over may still be there.
      try db.run(
        "INSERT OR REPLACE INTO commands (key, time, list, revision, added, command) VALUES (?, ?, ?, ?, ?, ?)",
        [key.text, time, change.list.text, change.revision, change.added, key.digest])
      return outcome
    }
  }

  private static func change(madeWith key: CommandKey, since oldest: Double, in db: Database) throws -> Change? {
    let statement = try db.cachedStatement(
      sql: "SELECT list, revision, added, command FROM commands WHERE key = ? AND time >= ?")
    return try Row.fetchOne(statement, arguments: [key.text, oldest]).map { row in
      if let command: Int64 = try row.decode(atIndex: 3), command != key.digest { throw TodosError.usedCommandKey }
      return Change(
        list: try row.listName(atIndex: 0), revision: try row.decode(atIndex: 1), didChange: false,
        added: try row.decode(atIndex: 2))
    }
  }
}

extension CommandKey {
  /// The digest as SQLite's integers hold it.
  fileprivate var digest: Int64 { Int64(bitPattern: command) }
}
