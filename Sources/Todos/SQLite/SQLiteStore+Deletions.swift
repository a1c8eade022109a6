import GRDB

// What can be undone is bounded: in time, in number, and in how many todos it takes.

extension SQLiteStore {
  /// Returns what a deletion took away; nil for one that cannot be undone any more.
  public func deletion(_ id: DeletionID) async throws(TodosError) -> Deletion? {
    let oldest = oldestDeletion
    return try read { db in
      let statement = try db.cachedStatement(
        sql: """
          SELECT lists.name FROM deletions JOIN lists ON lists.id = deletions.list
          WHERE deletions.id = ? AND deletions.time >= ?
          """)
      let row = try Row.fetchOne(statement, arguments: [id, oldest])
      guard let list = try row?.listName(atIndex: 0) else { return nil }
      if let title = try String.fetchOne(db, sql: "SELECT title FROM lists WHERE deletion = ?", arguments: [id]) {
        return Deletion(id: id, list: list, subject: .list(title))
      }
      let found = try Row.fetchOne(
        db, sql: "SELECT count(*), max(title) FROM todos WHERE deletion = ?", arguments: [id])
      guard let found, case let count:Int = try found.decode(atIndex: 0), count > 0 else { return nil }
      return Deletion(
        id: id, list: list, subject: count == 1 ? .todo(try found.decode(atIndex: 1)) : .completedTodos(count))
    }
  }

  /// The time since which a deletion must have been made to be undone.
  var oldestDeletion: Double { limits.oldestDeletion(at: now()) }

  /// Notes that so many todos of `list` are about to be deleted, and clears away some of what can no longer be undone.
  func beginDeletion(of count: Int, in list: ListRow, _ db: Database) throws -> DeletionID {
    let (time, oldest) = (now().timeIntervalSince1970, oldestDeletion)
    try db.run("INSERT INTO deletions (list, time, size) VALUES (?, ?, ?)", [list.id, time, count])
    let id = db.lastInsertedRowID
    let before = try db.cachedStatement(
      sql: "SELECT id, time, size FROM deletions WHERE id < ? ORDER BY id LIMIT ?")
    try Totals.update(in: db) { totals in
      totals.deletions += 1
      totals.deletedTodos += count
      var purged = 0
      for row in try Row.fetchAll(before, arguments: [id, TodoLimits.purgedAtOnce]) {
        let isOver: Bool = try row.decode(Double.self, atIndex: 1) < oldest
        let isTooMuch = totals.deletions > limits.deletions.count || totals.deletedTodos > limits.deletions.todos
        guard isOver || isTooMuch, purged < max(TodoLimits.todosPurgedAtOnce, count) else { break }
        let size = try row.count(atIndex: 2)
        try totals.remove(row.decode(atIndex: 0), size: size, in: db)
        purged += size
      }
    }
    return id
  }

  /// Has a deletion not be there any more, when what it took away has come back.
  static func forget(_ id: DeletionID, size: Int, in db: Database) throws {
    try Totals.update(in: db) { try $0.remove(id, size: size, in: db) }
  }
}

extension Totals {
  /// Deletes a deletion, and for good what it has taken away and nobody has brought back.
  fileprivate mutating func remove(_ id: DeletionID, size: Int, in db: Database) throws {
    try db.run("DELETE FROM deletions WHERE id = ?", [id])
    deletions -= 1
    deletedTodos -= size
  }
}
