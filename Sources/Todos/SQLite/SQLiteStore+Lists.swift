import GRDB

// The commands on whole lists, as those on todos are.

extension SQLiteStore {
  func makeList(_ title: Title, named name: ListName?) -> Work {
    let oldest = oldestDeletion
    return { [limits] db in
      let name = try name ?? Self.freeName(for: title, oldestDeletion: oldest, in: db)
      return try ListRow.insert(name, title: title.text, limits: limits, in: db).changed(in: db)
    }
  }

  private static func freeName(for title: Title, oldestDeletion: Double, in db: Database) throws -> ListName {
    let undoable = try Set(
      String.fetchAll(
        db,
        sql: """
          SELECT lists.name FROM lists JOIN deletions ON deletions.id = lists.deletion
          WHERE lists.deletion IS NOT NULL AND deletions.time >= ?
          """, arguments: [oldestDeletion]))
    return try ListName.free(for: title) { name in
      try undoable.contains(name.text) || ListRow.find(name, in: db) != nil
    }
  }

  func rename(_ name: ListName, to title: Title) -> Work {
    { db in
      var list = try ListRow.require(name, in: db)
      guard list.title != title.text else { return list.unchanged }
      list.title = title.text
      try db.run("UPDATE lists SET title = ? WHERE id = ?", [title.text, list.id])
      return try list.changed(list: .renamed(after: list.predecessor(in: db)), in: db)
    }
  }

  func deleteList(_ name: ListName) -> Work {
    { [self] db in
      let list = try ListRow.require(name, in: db)
      let deletion = try beginDeletion(of: list.counts.todos, in: list, db)
      try Totals.update(in: db) { $0.lists -= 1 }
      try db.run("UPDATE lists SET deletion = ? WHERE id = ?", [deletion, list.id])
      return try list.changed(
        list: .deleted, deletion: .made(Deletion(id: deletion, list: name, subject: .list(list.title))), in: db)
    }
  }
}
