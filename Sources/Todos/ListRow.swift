import GRDB

/// A list's row, as commands need it.
struct ListRow {
  let id: Int64
  let name: ListName
  let title: String
  let revision: Int64
  /// What the titles of its todos took together when this was read.
  let titleBytes: Int

  static func find(_ name: ListName, in db: Database) throws -> ListRow? {
    let statement = try db.cachedStatement(
      sql: "SELECT id, title, revision, title_bytes FROM lists WHERE name = ? AND deletion IS NULL")
    return try Row.fetchOne(statement, arguments: [name.text]).map { row in
      ListRow(
        id: try row.decode(atIndex: 0), name: name, title: try row.decode(atIndex: 1),
        revision: try row.decode(atIndex: 2), titleBytes: try row.decode(atIndex: 3))
    }
  }

  static func require(_ name: ListName, in db: Database) throws -> ListRow {
    guard let list = try find(name, in: db) else { throw TodosError.noSuchList(name) }
    return list
  }

  static func insert(_ name: ListName, title: String, limits: TodoLimits, in db: Database) throws -> ListRow {
    try checkRoom(limits, in: db)
    try db.run("INSERT INTO lists (name, title, revision) VALUES (?, ?, 0)", [name.text, title])
    return ListRow(id: db.lastInsertedRowID, name: name, title: title, revision: 0, titleBytes: 0)
  }

  /// - Throws: ``TodosError/tooManyLists(limit:)`` where there cannot be one more.
  static func checkRoom(_ limits: TodoLimits, in db: Database) throws {
    let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM lists WHERE deletion IS NULL") ?? 0
    guard count < limits.lists else { throw TodosError.tooManyLists(limit: limits.lists) }
  }

  /// - Throws: ``TodosError/tooManyTodos(limit:)`` where there cannot be so many more in this list.
  func checkRoom(for more: Int, _ limits: TodoLimits, in db: Database) throws {
    guard try todoCount(in: db) + more <= limits.todosPerList else {
      throw TodosError.tooManyTodos(limit: limits.todosPerList)
    }
  }

  /// Checks the titles after a change. A list of an earlier version may have more than is allowed now, and may shrink.
  ///
  /// - Throws: ``TodosError/titlesTooLarge(limit:)``.
  func checkTitles(_ limits: TodoLimits, in db: Database) throws {
    let statement = try db.cachedStatement(sql: "SELECT title_bytes FROM lists WHERE id = ?")
    guard try Int.fetchOne(statement, arguments: [id]) ?? 0 <= max(limits.titleBytesPerList, titleBytes) else {
      throw TodosError.titlesTooLarge(limit: limits.titleBytesPerList)
    }
  }

  /// How many todos the list has, or how many that are completed.
  func todoCount(completed: Bool = false, in db: Database) throws -> Int {
    let statement = try db.cachedStatement(
      sql: "SELECT count(*) FROM todos WHERE list = ? AND deletion IS NULL AND completed >= ?")
    return try Int.fetchOne(statement, arguments: [id, completed]) ?? 0
  }

  /// Gives the list the next number of all changes.
  func changed(in db: Database) throws -> Change {
    try db.run("UPDATE changes SET revision = revision + 1")
    try db.run("UPDATE lists SET revision = (SELECT revision FROM changes) WHERE id = ?", [id])
    let revision = try Int64.fetchOne(db.cachedStatement(sql: "SELECT revision FROM changes")) ?? 0
    return Change(list: name, revision: revision, didChange: true)
  }

  /// Says that the command had nothing to do.
  var unchanged: Change { Change(list: name, revision: revision, didChange: false) }

  /// The todo's row, if it is in this list and not deleted.
  func require(_ id: Todo.ID, in db: Database) throws -> Row {
    let statement = try db.cachedStatement(
      sql: "SELECT title, completed, position FROM todos WHERE id = ? AND list = ? AND deletion IS NULL")
    guard let row = try Row.fetchOne(statement, arguments: [id, self.id]) else {
      throw TodosError.noSuchTodo(id, in: name)
    }
    return row
  }
}

extension Database {
  /// Executes a statement that is compiled once a connection, and answers how many rows it changed.
  @discardableResult
  func run(_ sql: String, _ arguments: StatementArguments = []) throws -> Int {
    try cachedStatement(sql: sql).execute(arguments: arguments)
    return changesCount
  }
}
