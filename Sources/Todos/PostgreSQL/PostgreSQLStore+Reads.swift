#if PostgreSQL
  extension PostgreSQLStore {
    /// The state of a list; nil for a name that is not known.
    public func state(of name: ListName) async throws(TodosError) -> StoredState? { try await states.state(of: name) }

    /// The state of all lists together.
    public func state() async throws(TodosError) -> StoredState? { try await states.state(of: nil) }

    /// Has what is read be of one moment.
    private static let begin = PostgreSQLStatement(sql: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    private static let end = PostgreSQLStatement(sql: "COMMIT")

    /// A list with its todos, all of one moment; an empty one for a name that is not known.
    public func list(_ name: ListName) async throws(TodosError) -> TodoList {
      try await readers.read { connection throws(PostgreSQLFailure) in
        let list = PostgreSQLStatement(
          sql: "SELECT title, revision FROM lists WHERE name = $1 AND deletion IS NULL", values: [.text(name.text)])
        let todos = PostgreSQLStatement(
          sql: """
            SELECT todos.id, todos.title, todos.completed FROM todos JOIN lists ON lists.id = todos.list
            WHERE lists.name = $1 AND lists.deletion IS NULL AND todos.deletion IS NULL
            ORDER BY todos.position, todos.id
            """, values: [.text(name.text)])
        let last = PostgreSQLStatement(sql: "SELECT last_revision($1)", values: [.text(name.text)])
        let results = try connection.run([Self.begin, list, todos, last, Self.end])
        guard results[1].count > 0 else {
          return TodoList(
            name: name, title: name.impliedTitle, revision: try results[3].number(0, 0), exists: false, todos: [])
        }
        return TodoList(
          name: name, title: try results[1].string(0, 0), revision: try results[1].number(0, 1), exists: true,
          todos: try Self.todos(results[2]))
      }
    }

    private static func todos(_ rows: PostgreSQLRows) throws(PostgreSQLFailure) -> [Todo] {
      var todos: [Todo] = []
      todos.reserveCapacity(rows.count)
      for row in 0..<rows.count {
        todos.append(
          Todo(id: try rows.number(row, 0), title: try rows.string(row, 1), isCompleted: try rows.bool(row, 2)))
      }
      return todos
    }

    /// All lists with their counts, but for unlisted ones.
    public func lists() async throws(TodosError) -> ListIndex {
      try await readers.read { connection throws(PostgreSQLFailure) in
        let revision = PostgreSQLStatement(sql: "SELECT index_revision()")
        let lists = PostgreSQLStatement(
          sql: """
            SELECT name, title, todo_count - completed_count, completed_count FROM lists
            WHERE deletion IS NULL AND NOT unlisted ORDER BY lower(title), name
            """)
        let results = try connection.run([Self.begin, revision, lists, Self.end])
        var summaries: [ListSummary] = []
        for row in 0..<results[2].count {
          summaries.append(
            ListSummary(
              name: try results[2].name(row, 0), title: try results[2].string(row, 1),
              openCount: Int(try results[2].number(row, 2)), completedCount: Int(try results[2].number(row, 3))))
        }
        return ListIndex(revision: try results[1].number(0, 0), lists: summaries)
      }
    }

    /// Returns what a deletion took away; nil for one that cannot be undone any more.
    public func deletion(_ id: DeletionID) async throws(TodosError) -> Deletion? {
      let oldest = limits.oldestDeletion(at: now())
      return try await readers.read { connection throws(PostgreSQLFailure) in
        let statement = PostgreSQLStatement(
          sql: """
            SELECT lists.name, deleted.title, count(todos.id), max(todos.title) FROM deletions
            JOIN lists ON lists.id = deletions.list
            LEFT JOIN lists AS deleted ON deleted.deletion = deletions.id
            LEFT JOIN todos ON todos.deletion = deletions.id
            WHERE deletions.id = $1 AND deletions.time >= $2 GROUP BY lists.name, deleted.title
            """, values: [.int(id), .double(oldest)])
        let rows = try connection.run([statement])[0]
        guard rows.count > 0 else { return nil }
        let (name, count) = (try rows.name(0, 0), Int(try rows.number(0, 2)))
        if let title = rows.text(0, 1) { return Deletion(id: id, list: name, subject: .list(title)) }
        guard count > 0 else { return nil }
        let subject: Deletion.Subject = count == 1 ? .todo(try rows.string(0, 3)) : .completedTodos(count)
        return Deletion(id: id, list: name, subject: subject)
      }
    }
  }
#endif
