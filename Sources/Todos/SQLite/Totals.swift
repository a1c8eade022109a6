import GRDB

/// What there is of all lists together: kept in the one row of `changes`, so that nothing has to be counted.
struct Totals {
  /// How many lists there are, without those that are deleted.
  var lists: Int
  /// How many deletions can be undone.
  var deletions: Int
  /// How many todos all of them took away.
  var deletedTodos: Int

  /// What is thrown where the row is not there.
  static let missing = DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the table changes is empty")

  /// Has `body` check and change the totals.
  static func update(in db: Database, _ body: (inout Totals) throws -> Void) throws {
    let statement = try db.cachedStatement(
      sql: "SELECT list_count, deletion_count, deleted_todo_count FROM changes")
    guard let row = try Row.fetchOne(statement) else { throw missing }
    var totals = Totals(
      lists: try row.count(atIndex: 0), deletions: try row.count(atIndex: 1),
      deletedTodos: try row.count(atIndex: 2))
    try body(&totals)
    guard min(totals.lists, totals.deletions, totals.deletedTodos) >= 0 else { throw DatabaseError.wrongCount }
    try db.run(
      "UPDATE changes SET list_count = ?, deletion_count = ?, deleted_todo_count = ?",
      [totals.lists, totals.deletions, totals.deletedTodos])
  }
}
