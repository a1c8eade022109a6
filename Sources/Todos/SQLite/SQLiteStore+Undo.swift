import GRDB

extension SQLiteStore {
  func undo(_ id: DeletionID, in name: ListName?) -> Work {
    let oldest = oldestDeletion
    return { [limits] db in
      let found = try db.cachedStatement(
        sql: """
          SELECT \(ListRow.columns), lists.deletion IS NOT NULL, deletions.size FROM deletions
          JOIN lists ON lists.id = deletions.list AND ifnull(lists.deletion, deletions.id) = deletions.id
          WHERE deletions.id = ? AND deletions.time >= ?
          """)
      guard let row = try Row.fetchOne(found, arguments: [id, oldest]) else { throw TodosError.noSuchDeletion(id) }
      let list = try ListRow(row)
      guard !list.name.isUnlisted || list.name == name else { throw TodosError.noSuchDeletion(id) }
      let isDeletedList: Bool = try row.decode(atIndex: 7)
      let (target, todos) =
        isDeletedList ? try Self.revive(list, limits, in: db) : try Self.restore(id, in: list, db)
      try target.checkRoom(limits)
      try Self.forget(id, size: row.count(atIndex: 8), in: db)
      return try target.changed(todos, deletion: .undone(id), in: db)
    }
  }

  /// A list after an undo, and what has come back to it.
  private typealias Undone = (list: ListRow, todos: [TodoChange])

  /// Brings back todos of a list into their places.
  private static func restore(_ id: DeletionID, in list: ListRow, _ db: Database) throws -> Undone {
    var list = list
    let rows = try TodoRow.fetchAll(where: "deletion = ?", [id], in: db)
    try db.run("UPDATE todos SET deletion = NULL WHERE deletion = ?", [id])
    for row in rows { list.counts.add(row.todo.title, isCompleted: row.todo.isCompleted) }
    return (list, try Positions.place(rows, as: .inserted, in: list, db))
  }

  /// Brings back a deleted list, or its todos into the list that has taken its place.
  private static func revive(_ list: ListRow, _ limits: TodoLimits, in db: Database) throws -> Undone {
    let todos = try list.todos(in: db)
    guard var newer = try ListRow.find(list.name, in: db) else {
      try ListRow.addOne(limits, in: db)
      var again = list
      again.revision = try ListRow.lastRevision(of: list.name, in: db)
      again.isNew = true
      try db.run("UPDATE lists SET deletion = NULL WHERE id = ?", [list.id])
      return (again, Positions.inARow(todos, as: .inserted, after: nil))
    }
    let last = try Positions.last(in: newer, db)
    try Positions.renumber(list.id, behind: Positions.end(of: newer.id, in: db), in: db)
    try db.run("UPDATE todos SET list = ? WHERE list = ?", [newer.id, list.id])
    newer.counts = newer.counts + list.counts
    try db.run("UPDATE deletions SET list = ?1 WHERE list = ?2", [newer.id, list.id])
    try db.run("DELETE FROM lists WHERE id = ?", [list.id])
    return (newer, Positions.inARow(todos, as: .inserted, after: last))
  }
}
