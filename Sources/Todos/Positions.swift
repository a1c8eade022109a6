import GRDB

/// Where todos stand in their list: integers with gaps, so that a move rewrites one row.
///
/// Deleted todos keep their positions, so that an undo puts them back where they were.
enum Positions {
  /// The gap that new todos leave: it can be halved 32 times before the list has to be numbered anew.
  private static let gap: Int64 = 1 << 32

  /// The position behind all others.
  static func end(of list: ListRow, in db: Database) throws -> Int64 {
    let last = try db.cachedStatement(sql: "SELECT max(position) FROM todos WHERE list = ?")
    return (try Int64.fetchOne(last, arguments: [list.id]) ?? 0) + gap
  }

  /// Puts a todo behind another, or to the front; answers whether it was not there already.
  static func move(_ id: Todo.ID, after other: Todo.ID?, in list: ListRow, _ db: Database) throws -> Bool {
    guard try predecessor(of: id, in: list, db) != other else { return false }
    if let position = try free(behind: other, in: list, db) {
      try db.run("UPDATE todos SET position = ? WHERE id = ?", [position, id])
      return true
    }
    try renumber(list, in: db)
    return try move(id, after: other, in: list, db)
  }

  private static func predecessor(of id: Todo.ID, in list: ListRow, _ db: Database) throws -> Todo.ID? {
    let statement = try db.cachedStatement(
      sql: """
        SELECT todos.id FROM todos, (SELECT id, position FROM todos WHERE id = ?) AS this
        WHERE todos.list = ? AND deletion IS NULL AND (todos.position, todos.id) < (this.position, this.id)
        ORDER BY todos.position DESC, todos.id DESC LIMIT 1
        """)
    return try Int64.fetchOne(statement, arguments: [id, list.id])
  }

  /// A position between a todo, or the front, and what follows it; nil when there is none left.
  private static func free(behind other: Todo.ID?, in list: ListRow, _ db: Database) throws -> Int64? {
    let lower = try other.flatMap { other in
      try Int64.fetchOne(
        db.cachedStatement(sql: "SELECT position FROM todos WHERE id = ?"), arguments: [other])
    }
    let next = try db.cachedStatement(
      sql: "SELECT min(position) FROM todos WHERE list = ? AND position >= ? AND id IS NOT ?")
    guard let upper = try Int64.fetchOne(next, arguments: [list.id, lower ?? Int64.min, other]) else {
      return (lower ?? 0) + gap
    }
    guard let lower else { return upper - gap }
    // Positions in a damaged file may be anywhere.
    let middle = lower &+ (upper &- lower) / 2
    return middle > lower ? middle : nil
  }

  private static func renumber(_ list: ListRow, in db: Database) throws {
    try db.run(
      """
      UPDATE todos SET position = place.number * ? FROM (
        SELECT id, row_number() OVER (ORDER BY position, id) AS number FROM todos WHERE list = ?
      ) AS place WHERE place.id = todos.id
      """, [gap, list.id])
  }
}
