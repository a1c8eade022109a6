import GRDB

/// A list's row, as commands need it.
struct ListRow {
  let id: Int64
  let name: ListName
  var title: String
  /// The revision before the command.
  var revision: Int64
  /// Whether the command makes the list, or makes it again.
  var isNew = false
  /// What is in the list when the command is done.
  var counts: TodoCounts
  /// What was in it before.
  private let before: TodoCounts

  /// The columns that ``init(_:)`` reads.
  static let columns =
    "lists.id, lists.name, lists.title, lists.revision, lists.todo_count, lists.completed_count, lists.title_bytes"

  init(_ row: Row) throws {
    id = try row.decode(atIndex: 0)
    name = try row.listName(atIndex: 1)
    title = try row.decode(atIndex: 2)
    revision = try row.decode(atIndex: 3)
    counts = TodoCounts(
      todos: try row.count(atIndex: 4), completed: try row.count(atIndex: 5), titleBytes: try row.count(atIndex: 6))
    before = counts
  }

  static func find(_ name: ListName, in db: Database) throws -> ListRow? {
    let statement = try db.cachedStatement(
      sql: "SELECT \(columns) FROM lists WHERE name = ? AND deletion IS NULL")
    return try Row.fetchOne(statement, arguments: [name.text]).map(ListRow.init)
  }

  /// The revision of a list that is not there: that of the last one of its name, while its deletion can be undone.
  static func lastRevision(of name: ListName, in db: Database) throws -> Int64 {
    let statement = try db.cachedStatement(
      sql: "SELECT max(revision) FROM lists WHERE name = ? AND deletion IS NOT NULL")
    return try Int64.fetchOne(statement, arguments: [name.text]) ?? 0
  }

  static func require(_ name: ListName, in db: Database) throws -> ListRow {
    guard let list = try find(name, in: db) else { throw TodosError.noSuchList(name) }
    return list
  }

  /// Makes a list.
  ///
  /// - Throws: ``TodosError/tooManyLists(limit:)``.
  static func insert(_ name: ListName, title: String, limits: TodoLimits, in db: Database) throws -> ListRow {
    try addOne(limits, in: db)
    let revision = try lastRevision(of: name, in: db)
    try db.run("INSERT INTO lists (name, title, revision) VALUES (?, ?, ?)", [name.text, title, revision])
    var list = try require(name, in: db)
    list.isNew = true
    return list
  }

  /// Counts a list that is made or made again.
  ///
  /// - Throws: ``TodosError/tooManyLists(limit:)`` where there cannot be one more.
  static func addOne(_ limits: TodoLimits, in db: Database) throws {
    try Totals.update(in: db) { totals in
      guard totals.lists < limits.lists else { throw TodosError.tooManyLists(limit: limits.lists) }
      totals.lists += 1
    }
  }

  /// Checks what the list is to hold. One that held more before, as earlier versions allowed, may shrink.
  ///
  /// - Throws: ``TodosError/tooManyTodos(limit:)``, ``TodosError/titlesTooLarge(limit:)``.
  func checkRoom(_ limits: TodoLimits) throws(TodosError) {
    guard counts.todos <= max(limits.todosPerList, before.todos) else {
      throw .tooManyTodos(limit: limits.todosPerList)
    }
    guard counts.titleBytes <= max(limits.titleBytesPerList, before.titleBytes) else {
      throw .titlesTooLarge(limit: limits.titleBytesPerList)
    }
  }

  /// Ends a command: gives the list the next number of all changes, and stores its counts.
  ///
  /// - Parameters:
  ///   - todos: in the list's order.
  ///   - listChange: for a list that is not new.
  func changed(
    _ todos: [TodoChange] = [], removed: [Todo.ID] = [], list listChange: ListChange? = nil,
    deletion: DeletionChange? = nil, in db: Database
  ) throws -> Outcome {
    let next = try db.cachedStatement(sql: "UPDATE changes SET revision = revision + 1 RETURNING revision")
    guard let revision = try Row.fetchOne(next)?.count(atIndex: 0) else { throw Totals.missing }
    guard min(counts.todos, counts.completed, counts.open, counts.titleBytes) >= 0 else {
      throw DatabaseError.wrongCount
    }
    try db.run(
      "UPDATE lists SET revision = ?, todo_count = ?, completed_count = ?, title_bytes = ? WHERE id = ?",
      [revision, counts.todos, counts.completed, counts.titleBytes, id])
    return .changed(
      CommittedChange(
        list: listChange == .deleted ? ListSummary(unknown: name) : summary, previousRevision: self.revision,
        revision: Int64(revision), indexRevision: Int64(revision), previousOpenCount: isNew ? 0 : before.open,
        previousCompletedCount: isNew ? 0 : before.completed,
        listChange: isNew ? .made(after: try predecessor(in: db)) : listChange, todos: todos,
        removed: removed, deletion: deletion))
  }

  /// Says that the command had nothing to do.
  var unchanged: Outcome { .unchanged(Change(list: name, revision: revision, didChange: false)) }

  private var summary: ListSummary {
    ListSummary(name: name, title: title, openCount: counts.open, completedCount: counts.completed)
  }

  /// The list that stands before this one in the index.
  func predecessor(in db: Database) throws -> ListName? {
    let statement = try db.cachedStatement(
      sql: """
        SELECT ifnull(
          (SELECT name FROM lists WHERE deletion IS NULL AND unlisted = 0 AND title = ?1 COLLATE NOCASE AND name < ?2
            ORDER BY name DESC LIMIT 1),
          (SELECT name FROM lists WHERE deletion IS NULL AND unlisted = 0 AND title < ?1 COLLATE NOCASE
            ORDER BY title COLLATE NOCASE DESC, name DESC LIMIT 1))
        """)
    guard let row = try Row.fetchOne(statement, arguments: [title, name.text]), !row.hasNull(atIndex: 0) else {
      return nil
    }
    return try row.listName(atIndex: 0)
  }

  /// The todos in the list's order.
  func todos(in db: Database) throws -> [Todo] { try Self.todos(of: id, in: db) }

  /// The todos of the list with that id, in its order.
  static func todos(of list: Int64, in db: Database) throws -> [Todo] {
    let statement = try db.cachedStatement(
      sql: "SELECT \(Todo.columns) FROM todos WHERE list = ? AND deletion IS NULL ORDER BY position, id")
    let rows = try Row.fetchCursor(statement, arguments: [list])
    var todos: [Todo] = []
    while let row = try rows.next() { todos.append(try Todo(row)) }
    return todos
  }

  /// The todo's row, if it is in this list and not deleted.
  func require(_ id: Todo.ID, in db: Database) throws -> TodoRow {
    let statement = try db.cachedStatement(
      sql: "SELECT \(TodoRow.columns) FROM todos WHERE id = ? AND list = ? AND deletion IS NULL")
    guard let row = try Row.fetchOne(statement, arguments: [id, self.id]) else {
      throw TodosError.noSuchTodo(id, in: name)
    }
    return try TodoRow(row)
  }
}

/// What a list holds: how many todos, how many of them are completed, and how many bytes all their titles take.
struct TodoCounts: Equatable {
  var todos = 0
  var completed = 0
  var titleBytes = 0

  var open: Int { todos - completed }

  /// The sum of two.
  static func + (one: Self, other: Self) -> Self {
    Self(
      todos: one.todos + other.todos, completed: one.completed + other.completed,
      titleBytes: one.titleBytes + other.titleBytes)
  }

  /// Counts a todo that comes in, or comes back.
  mutating func add(_ title: String, isCompleted: Bool) {
    todos += 1
    completed += isCompleted ? 1 : 0
    titleBytes += title.utf8.count
  }

  /// Counts a todo no more.
  mutating func remove(_ todo: Todo) {
    todos -= 1
    completed -= todo.isCompleted ? 1 : 0
    titleBytes -= todo.title.utf8.count
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
