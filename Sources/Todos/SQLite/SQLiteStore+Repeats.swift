import GRDB

// The one place where a command that is sent again is known again.

extension SQLiteStore {
  /// What a command does within a transaction.
  typealias Work = @Sendable (Database) throws -> Outcome

  /// Carries a command out, and once only for all that come with the same key.
  public func carryOut(_ command: TodoCommand, key: CommandKey?) async throws(TodosError) -> Change {
    let work = work(of: command)
    return try await commits.commit(isHeavy: isHeavy(command), key.map { once($0, work) } ?? work, telling: \.committed)
      .change
  }

  private func work(of command: TodoCommand) -> Work {
    switch command {
    case .add(let todos, let name, let title): add(todos, to: name, titled: title)
    case .setCompleted(let isCompleted, let id, let name): setCompleted(isCompleted, id, in: name)
    case .setAllCompleted(let isCompleted, let name): setAllCompleted(isCompleted, in: name)
    case .edit(let id, let name, let title): edit(id, in: name, title: title)
    case .move(let id, let name, let place): move(id, in: name, to: place)
    case .delete(let id, let name): delete(id, in: name)
    case .clearCompleted(let name): clearCompleted(in: name)
    case .makeList(let title, let name): makeList(title, named: name)
    case .rename(let name, let title): rename(name, to: title)
    case .deleteList(let name): deleteList(name)
    case .undo(let id, let name): undo(id, in: name)
    }
  }

  /// Whether a command may write many rows, and is to let others pass.
  private func isHeavy(_ command: TodoCommand) -> Bool {
    switch command {
    case .add(let todos, _, _): todos.count > CommitBounds.lightRows
    // Also where it is not known how many there are.
    case .setAllCompleted(_, let name), .clearCompleted(let name):
      (try? revisions.state(of: name)).map { $0.rowCount > CommitBounds.lightRows } ?? true
    case .undo: true
    default: false
    }
  }

  /// Has a command carried out once only for all that come with the same key.
  ///
  /// The key is stored by the savepoint that makes the change: there is never the one without the other, and a command
  /// that is refused may be sent again with its key.
  private func once(_ key: CommandKey, _ command: @escaping Work) -> Work {
    let now = now()
    let (time, oldest) = (now.timeIntervalSince1970, limits.oldestKey(at: now))
    return { db in
      if let change = try Self.change(madeWith: key, since: oldest, in: db) { return .unchanged(change) }
      let outcome = try command(db)
      let change = outcome.change
      try db.run(
        "DELETE FROM commands WHERE key IN (SELECT key FROM commands WHERE time < ? ORDER BY time LIMIT ?)",
        [oldest, TodoLimits.purgedAtOnce])
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
