import GRDB

/// A todo's row: the todo and where it stands.
struct TodoRow {
  var todo: Todo
  let position: Int64

  /// The columns that ``init(_:)`` reads.
  static let columns = "\(Todo.columns), position"

  init(_ row: Row) throws {
    todo = try Todo(row)
    position = try row.decode(atIndex: 3)
  }

  /// The row when its todo is completed or open.
  func completed(_ isCompleted: Bool) -> TodoRow {
    var row = self
    row.todo = Todo(id: todo.id, title: todo.title, isCompleted: isCompleted)
    return row
  }

  /// Fetches the rows for which a condition holds, in the order that they stand in.
  static func fetchAll(where condition: String, _ arguments: StatementArguments, in db: Database) throws -> [TodoRow] {
    let statement = try db.cachedStatement(
      sql: "SELECT \(columns) FROM todos WHERE \(condition) ORDER BY position, id")
    return try Array(Row.fetchCursor(statement, arguments: arguments).map(TodoRow.init))
  }
}

extension Todo {
  /// The columns that ``init(_:)`` reads.
  static let columns = "id, title, completed"

  init(_ row: Row) throws {
    self.init(
      id: try row.decode(atIndex: 0), title: try row.decode(atIndex: 1), isCompleted: try row.decode(atIndex: 2))
  }
}
