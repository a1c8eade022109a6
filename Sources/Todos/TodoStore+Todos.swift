import GRDB

// The commands on one list's todos. Each is one change, whose answer comes when it is on the disk. All throw
// `TodosError.noSuchList` and `noSuchTodo` for what is not there, and `unavailable` where the database fails. With the
// key of a command that has been carried out, nothing is done and nothing thrown: the answer is that command's change.

extension TodoStore {
  /// Adds a todo at the end of a list, which is made if it is not there.
  ///
  /// - Throws: as ``add(_:to:titled:key:)``.
  public func add(
    _ title: Title, to name: ListName, key: CommandKey? = nil
  ) async throws(TodosError) -> Change {
    try await add([NewTodo(title)], to: name, key: key)
  }

  /// Adds todos in their order at the end of a list, all or none; the list is made if it is not there.
  ///
  /// - Parameter listTitle: the title of a list that has to be made; without one it is made of the name.
  /// - Throws: ``TodosError/tooManyTodos(limit:)``, ``TodosError/titlesTooLarge(limit:)``,
  ///   ``TodosError/tooManyLists(limit:)``.
  public func add(
    _ todos: [NewTodo], to name: ListName, titled listTitle: Title? = nil, key: CommandKey? = nil
  ) async throws(TodosError) -> Change {
    try await commit(key) { [limits] db in
      let list =
        try ListRow.find(name, in: db)
        ?? ListRow.insert(name, title: listTitle?.text ?? name.impliedTitle, limits: limits, in: db)
      try list.checkRoom(for: todos.count, limits, in: db)
      for todo in todos {
        try db.run(
          "INSERT INTO todos (list, title, completed, position) VALUES (?, ?, ?, ?)",
          [list.id, todo.title.text, todo.isCompleted, try Positions.end(of: list, in: db)])
      }
      let id = db.lastInsertedRowID
      try list.checkTitles(limits, in: db)
      var change = try list.changed(in: db)
      change.added = id
      return change
    }
  }

  /// Completes a todo or opens it again; with nil, whichever it is not.
  public func setCompleted(
    _ isCompleted: Bool?, _ id: Todo.ID, in name: ListName, key: CommandKey? = nil
  ) async throws(TodosError) -> Change {
    try await commit(key) { db in
      let list = try ListRow.require(name, in: db)
      let was: Bool = try list.require(id, in: db).decode(forColumn: "completed")
      guard isCompleted != was else { return list.unchanged }
      try db.run("UPDATE todos SET completed = ? WHERE id = ?", [!was, id])
      return try list.changed(in: db)
    }
  }

  /// Gives a todo another title.
  ///
  /// - Throws: ``TodosError/titlesTooLarge(limit:)``.
  public func edit(
    _ id: Todo.ID, in name: ListName, title: Title, key: CommandKey? = nil
  ) async throws(TodosError) -> Change {
    try await commit(key) { [limits] db in
      let list = try ListRow.require(name, in: db)
      let was: String = try list.require(id, in: db).decode(forColumn: "title")
      guard was != title.text else { return list.unchanged }
      try db.run("UPDATE todos SET title = ? WHERE id = ?", [title.text, id])
      try list.checkTitles(limits, in: db)
      return try list.changed(in: db)
    }
  }

  /// Moves a todo behind another one of its list; with nil, to the front.
  public func move(
    _ id: Todo.ID, in name: ListName, after other: Todo.ID?, key: CommandKey? = nil
  ) async throws(TodosError) -> Change {
    try await commit(key) { db in
      let list = try ListRow.require(name, in: db)
      _ = try list.require(id, in: db)
      if let other { _ = try list.require(other, in: db) }
      guard other != id, try Positions.move(id, after: other, in: list, db) else { return list.unchanged }
      return try list.changed(in: db)
    }
  }

  /// Completes all todos or opens all again; with nil, completes them unless all are.
  public func setAllCompleted(
    _ isCompleted: Bool?, in name: ListName, key: CommandKey? = nil
  ) async throws(TodosError) -> Change {
    try await commit(key) { db in
      let list = try ListRow.require(name, in: db)
      let anyOpen = try db.cachedStatement(
        sql: "SELECT EXISTS (SELECT 1 FROM todos WHERE list = ? AND deletion IS NULL AND NOT completed)")
      let wanted = try isCompleted ?? (Bool.fetchOne(anyOpen, arguments: [list.id]) ?? false)
      let changed = try db.run(
        "UPDATE todos SET completed = ?1 WHERE list = ?2 AND deletion IS NULL AND completed <> ?1", [wanted, list.id])
      return changed == 0 ? list.unchanged : try list.changed(in: db)
    }
  }

  /// Deletes a todo; the answer says how to undo it.
  public func delete(
    _ id: Todo.ID, in name: ListName, key: CommandKey? = nil
  ) async throws(TodosError) -> Change {
    try await commit(key) { [self] db in
      let list = try ListRow.require(name, in: db)
      let title: String = try list.require(id, in: db).decode(forColumn: "title")
      let deletion = try beginDeletion(of: 1, in: list, db)
      try db.run("UPDATE todos SET deletion = ? WHERE id = ?", [deletion, id])
      var change = try list.changed(in: db)
      change.deletion = Deletion(id: deletion, subject: .todo(title))
      return change
    }
  }

  /// Deletes all completed todos of a list; the answer says how to undo it.
  public func clearCompleted(in name: ListName, key: CommandKey? = nil) async throws(TodosError) -> Change {
    try await commit(key) { [self] db in
      let list = try ListRow.require(name, in: db)
      let count = try list.todoCount(completed: true, in: db)
      guard count > 0 else { return list.unchanged }
      let deletion = try beginDeletion(of: count, in: list, db)
      try db.run(
        "UPDATE todos SET deletion = ? WHERE list = ? AND deletion IS NULL AND completed", [deletion, list.id])
      var change = try list.changed(in: db)
      change.deletion = Deletion(id: deletion, subject: .completedTodos(count))
      return change
    }
  }
}
