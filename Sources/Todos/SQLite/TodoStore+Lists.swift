import GRDB

// The commands on whole lists, as those on todos are.

extension TodoStore {
  /// Makes a list with a title, and a name for it that is free: `c` of "C", `c-2` of "C++" after it, `list-1` of "日本".
  ///
  /// No name is given that a deleted list has for as long as it can be brought back: it comes back as it was then, and
  /// its todos do not end in a list that has nothing to do with them.
  ///
  /// - Parameter isUnlisted: whether it is for people with its link only, by a name that nobody can guess.
  /// - Throws: ``TodosError/tooManyLists(limit:)``.
  public func makeList(
    _ title: Title, isUnlisted: Bool = false, key: CommandKey? = nil
  ) async throws(TodosError) -> Change {
    if isUnlisted {
      let name = try ListName.unlisted()
      return try await commit(key) { [limits] db in
        try ListRow.insert(name, title: title.text, limits: limits, in: db).changed(in: db)
      }
    }
    let oldest = oldestDeletion
    return try await commit(key) { [limits] db in
      let undoable = try Set(
        String.fetchAll(
          db,
          sql: """
            SELECT lists.name FROM lists JOIN deletions ON deletions.id = lists.deletion
            WHERE lists.deletion IS NOT NULL AND deletions.time >= ?
            """, arguments: [oldest]))
      let name = try ListName.free(for: title) { name in
        try undoable.contains(name.text) || ListRow.find(name, in: db) != nil
      }
      return try ListRow.insert(name, title: title.text, limits: limits, in: db).changed(in: db)
    }
  }

  /// Gives a list another title; its name, and with it its address, stays.
  public func rename(
    _ name: ListName, to title: Title, key: CommandKey? = nil
  ) async throws(TodosError) -> Change {
    try await commit(key) { db in
      var list = try ListRow.require(name, in: db)
      guard list.title != title.text else { return list.unchanged }
      list.title = title.text
      try db.run("UPDATE lists SET title = ? WHERE id = ?", [title.text, list.id])
      return try list.changed(list: .renamed(after: list.predecessor(in: db)), in: db)
    }
  }

  /// Deletes a list with all its todos; the answer says how to undo it.
  public func deleteList(_ name: ListName, key: CommandKey? = nil) async throws(TodosError) -> Change {
    try await commit(key) { [self] db in
      let list = try ListRow.require(name, in: db)
      let deletion = try beginDeletion(of: list.counts.todos, in: list, db)
      try Totals.update(in: db) { $0.lists -= 1 }
      try db.run("UPDATE lists SET deletion = ? WHERE id = ?", [deletion, list.id])
      return try list.changed(
        list: .deleted, deletion: .made(Deletion(id: deletion, list: name, subject: .list(list.title))), in: db)
    }
  }
}
