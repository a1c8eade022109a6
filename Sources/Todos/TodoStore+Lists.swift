import GRDB

// The commands on whole lists, as those on todos are.

extension TodoStore {
  /// Makes a list with a title and the name that the title gives. A list that has that name already stays as it is, and
  /// the answer says that nothing changed.
  ///
  /// - Throws: ``TodosError/noNameInTitle``, ``TodosError/tooManyLists(limit:)``.
  public func makeList(_ title: Title, key: CommandKey? = nil) async throws(TodosError) -> Change {
    let name = try ListName(slugifying: title)
    return try await commit(key) { [limits] db in
      if let list = try ListRow.find(name, in: db) { return list.unchanged }
      return try ListRow.insert(name, title: title.text, limits: limits, in: db).changed(in: db)
    }
  }

  /// Gives a list another title; its name, and with it its address, stays.
  public func rename(
    _ name: ListName, to title: Title, key: CommandKey? = nil
  ) async throws(TodosError) -> Change {
    try await commit(key) { db in
      let list = try ListRow.require(name, in: db)
      guard list.title != title.text else { return list.unchanged }
      try db.run("UPDATE lists SET title = ? WHERE id = ?", [title.text, list.id])
      return try list.changed(in: db)
    }
  }

  /// Deletes a list with all its todos; the answer says how to undo it.
  public func deleteList(_ name: ListName, key: CommandKey? = nil) async throws(TodosError) -> Change {
    try await commit(key) { [self] db in
      let list = try ListRow.require(name, in: db)
      let deletion = try beginDeletion(of: list.todoCount(in: db), in: list, db)
      var change = try list.changed(in: db)
      try db.run("UPDATE lists SET deletion = ? WHERE id = ?", [deletion, list.id])
      change.deletion = Deletion(id: deletion, subject: .list(list.title))
      return change
    }
  }
}
