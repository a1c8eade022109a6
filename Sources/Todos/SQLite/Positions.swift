import GRDB

/// Where todos stand in their list: integers with gaps, so that a move rewrites one row.
///
/// Deleted todos keep their positions, so that an undo puts them back where they were.
enum Positions {
  /// The gap that new todos leave: it can be halved 32 times before the list has to be numbered anew.
  static let gap: Int64 = 1 << 32

  /// Positions beyond this are not given: from it on there is room for as many todos as there could be.
  private static let highest: Int64 = 1 << 62

  /// The first of any number of positions behind all others, each a ``gap`` behind the one before.
  ///
  /// Positions climb with every todo that is added, whatever is deleted: a list that has come to the highest one, or has
  /// none as its last in a damaged file, is numbered anew.
  static func end(of list: Int64, in db: Database) throws -> Int64 {
    let last = try db.cachedStatement(sql: "SELECT max(position) FROM todos WHERE list = ?")
    switch try DatabaseValue.fetchOne(last, arguments: [list])?.storage ?? .null {
    case .null: return gap
    case .int64(let position) where position <= highest: return position + gap
    default:
      try renumber(list, in: db)
      return try end(of: list, in: db)
    }
  }

  /// Numbers all todos of a list anew, deleted ones included, in their order and behind a position.
  static func renumber(_ list: Int64, behind position: Int64 = 0, in db: Database) throws {
    try db.run(
      """
      UPDATE todos SET position = ? + place.number * ? FROM (
        SELECT id, row_number() OVER (ORDER BY position, id) AS number FROM todos WHERE list = ?
      ) AS place WHERE place.id = todos.id
      """, [position, gap, list])
  }

  /// Puts a todo behind another, or to the front.
  static func move(_ id: Todo.ID, after other: Todo.ID?, in list: ListRow, _ db: Database) throws {
    if let position = try free(behind: other, in: list, db) {
      try db.run("UPDATE todos SET position = ? WHERE id = ?", [position, id])
    } else {
      try renumber(list.id, in: db)
      try move(id, after: other, in: list, db)
    }
  }

  /// The todo that another one stands after; nil for the first one.
  static func predecessor(of row: TodoRow, in list: ListRow, _ db: Database) throws -> Todo.ID? {
    let statement = try db.cachedStatement(
      sql: """
        SELECT id FROM todos WHERE list = ? AND deletion IS NULL AND (position, id) < (?, ?)
        ORDER BY position DESC, id DESC LIMIT 1
        """)
    return try Int64.fetchOne(statement, arguments: [list.id, row.position, row.todo.id])
  }

  /// The todo that another one stands after when it has been moved; nil for the first one.
  static func predecessor(
    at place: TodoPlace, of id: Todo.ID, in list: ListRow, _ db: Database
  ) throws -> Todo.ID? {
    switch place {
    case .after(let other):
      return try other.map { try list.require($0, in: db).todo.id }
    case .number(let number):
      guard number > 1, list.counts.todos > 1 else { return nil }
      let statement = try db.cachedStatement(
        sql: """
          SELECT id FROM todos WHERE list = ? AND deletion IS NULL AND id <> ?
          ORDER BY position, id LIMIT 1 OFFSET ?
          """)
      return try Int64.fetchOne(statement, arguments: [list.id, id, min(number, list.counts.todos) - 2])
    }
  }

  /// The todo that stands last.
  static func last(in list: ListRow, _ db: Database) throws -> Todo.ID? {
    let statement = try db.cachedStatement(
      sql: "SELECT id FROM todos WHERE list = ? AND deletion IS NULL ORDER BY position DESC, id DESC LIMIT 1")
    return try Int64.fetchOne(statement, arguments: [list.id])
  }

  /// Finds for each of some todos which one it stands after.
  ///
  /// - Parameter rows: in the list's order.
  static func place(
    _ rows: [TodoRow], as kind: TodoChange.Kind, in list: ListRow, _ db: Database
  ) throws -> [TodoChange] {
    // To find one by index costs about as much as to pass ten.
    guard rows.count > list.counts.todos / 10 else {
      return try rows.map {
        TodoChange(todo: $0.todo, predecessor: try predecessor(of: $0, in: list, db), kind: kind)
      }
    }
    let all = try Int64.fetchCursor(
      db.cachedStatement(
        sql: "SELECT id FROM todos WHERE list = ? AND deletion IS NULL ORDER BY position, id"), arguments: [list.id])
    var changes: [TodoChange] = []
    var last: Todo.ID?
    while changes.count < rows.count, let id = try all.next() {
      let todo = rows[changes.count].todo
      if id == todo.id { changes.append(TodoChange(todo: todo, predecessor: last, kind: kind)) }
      last = id
    }
    return changes
  }

  /// Todos of which each stands after the one before it.
  static func inARow(_ todos: [Todo], as kind: TodoChange.Kind, after first: Todo.ID?) -> [TodoChange] {
    zip(todos, [first] + todos.map(\.id)).map { TodoChange(todo: $0, predecessor: $1, kind: kind) }
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
      return sum(lower ?? 0, gap)
    }
    guard let lower else { return sum(upper, -gap) }
    // Positions in a damaged file may be anywhere.
    let middle = lower &+ (upper &- lower) / 2
    return middle > lower ? middle : nil
  }

  /// The sum of two; nil for more than a position can be.
  private static func sum(_ position: Int64, _ step: Int64) -> Int64? {
    let (sum, overflows) = position.addingReportingOverflow(step)
    return overflows ? nil : sum
  }
}
