import GRDB

// What the commands on one list's todos do within a transaction, as `TodoStore` says of each.

extension SQLiteStore {
  func add(_ todos: [NewTodo], to name: ListName, titled listTitle: Title?) -> Work {
    { [limits] db in
      var list =
        try ListRow.find(name, in: db)
        ?? ListRow.insert(name, title: listTitle?.text ?? name.impliedTitle, limits: limits, in: db)
      guard list.isNew || !todos.isEmpty else { return list.unchanged }
      for todo in todos { list.counts.add(todo.title.text, isCompleted: todo.isCompleted) }
      try list.checkRoom(limits)
      let last = try Positions.last(in: list, db)
      var position = try Positions.end(of: list.id, in: db)
      let added = try todos.map { new in
        try db.run(
          "INSERT INTO todos (list, title, completed, position) VALUES (?, ?, ?, ?)",
          [list.id, new.title.text, new.isCompleted, position])
        position += Positions.gap
        return Todo(id: db.lastInsertedRowID, title: new.title.text, isCompleted: new.isCompleted)
      }
      return try list.changed(Positions.inARow(added, as: .inserted, after: last), in: db)
    }
  }

  func setCompleted(_ isCompleted: Bool?, _ id: Todo.ID, in name: ListName) -> Work {
    { db in
      var list = try ListRow.require(name, in: db)
      let row = try list.require(id, in: db)
      guard isCompleted != row.todo.isCompleted else { return list.unchanged }
      let wanted = !row.todo.isCompleted
      try db.run("UPDATE todos SET completed = ? WHERE id = ?", [wanted, id])
      list.counts.completed += wanted ? 1 : -1
      return try list.changed(Positions.place([row.completed(wanted)], as: .updated, in: list, db), in: db)
    }
  }

  func edit(_ id: Todo.ID, in name: ListName, title: Title) -> Work {
    { [limits] db in
      var list = try ListRow.require(name, in: db)
      var row = try list.require(id, in: db)
      guard row.todo.title != title.text else { return list.unchanged }
      list.counts.titleBytes += title.text.utf8.count - row.todo.title.utf8.count
      try list.checkRoom(limits)
      row.todo = Todo(id: id, title: title.text, isCompleted: row.todo.isCompleted)
      try db.run("UPDATE todos SET title = ? WHERE id = ?", [title.text, id])
      return try list.changed(Positions.place([row], as: .updated, in: list, db), in: db)
    }
  }

  func move(_ id: Todo.ID, in name: ListName, to place: TodoPlace) -> Work {
    { db in
      let list = try ListRow.require(name, in: db)
      let row = try list.require(id, in: db)
      let other = try Positions.predecessor(at: place, of: id, in: list, db)
      guard other != id, try Positions.predecessor(of: row, in: list, db) != other else { return list.unchanged }
      try Positions.move(id, after: other, in: list, db)
      return try list.changed([TodoChange(todo: row.todo, predecessor: other, kind: .moved)], in: db)
    }
  }

  func setAllCompleted(_ isCompleted: Bool?, in name: ListName) -> Work {
    { db in
      var list = try ListRow.require(name, in: db)
      let wanted = isCompleted ?? (list.counts.open > 0)
      guard (wanted ? list.counts.open : list.counts.completed) > 0 else { return list.unchanged }
      let rows = try TodoRow.fetchAll(
        where: "list = ? AND deletion IS NULL AND completed <> ?", [list.id, wanted], in: db
      ).map { $0.completed(wanted) }
      try db.run(
        "UPDATE todos SET completed = ?1 WHERE list = ?2 AND deletion IS NULL AND completed <> ?1", [wanted, list.id])
      list.counts.completed = wanted ? list.counts.todos : 0
      return try list.changed(Positions.place(rows, as: .updated, in: list, db), in: db)
    }
  }

  func delete(_ id: Todo.ID, in name: ListName) -> Work {
    { [self] db in
      var list = try ListRow.require(name, in: db)
      let todo = try list.require(id, in: db).todo
      let deletion = try beginDeletion(of: 1, in: list, db)
      try db.run("UPDATE todos SET deletion = ? WHERE id = ?", [deletion, id])
      list.counts.remove(todo)
      return try list.changed(
        removed: [id], deletion: .made(Deletion(id: deletion, list: name, subject: .todo(todo.title))), in: db)
    }
  }

  func clearCompleted(in name: ListName) -> Work {
    { [self] db in
      var list = try ListRow.require(name, in: db)
      let count = list.counts.completed
      guard count > 0 else { return list.unchanged }
      let deletion = try beginDeletion(of: count, in: list, db)
      let removed = try TodoRow.fetchAll(
        where: "list = ? AND deletion IS NULL AND completed", [list.id], in: db
      ).map(\.todo)
      try db.run(
        "UPDATE todos SET deletion = ? WHERE list = ? AND deletion IS NULL AND completed", [deletion, list.id])
      for todo in removed { list.counts.remove(todo) }
      return try list.changed(
        removed: removed.map(\.id),
        deletion: .made(Deletion(id: deletion, list: name, subject: .completedTodos(count))), in: db)
    }
  }
}
