import GRDB

extension TodoStore {
  /// Brings back what one command deleted, in its place and with its ids.
  ///
  /// If the list was deleted and another of its name has been made since, the todos come back at the end of that one.
  ///
  /// - Throws: ``TodosError/noSuchDeletion(_:)`` for one that is unknown, undone or older than ``TodoLimits/undo``;
  ///   ``TodosError/tooManyTodos(limit:)``, ``TodosError/titlesTooLarge(limit:)`` and
  ///   ``TodosError/tooManyLists(limit:)`` where others have taken its place.
  public func undo(_ id: DeletionID, key: CommandKey? = nil) async throws(TodosError) -> Change {
    let oldest = oldestDeletion
    return try await commit(key) { [limits] db in
      let found = try Row.fetchOne(
        db,
        sql: """
          SELECT lists.id, lists.name, lists.title, lists.deletion IS NOT NULL, title_bytes FROM deletions
          JOIN lists ON lists.id = deletions.list AND ifnull(lists.deletion, deletions.id) = deletions.id
          WHERE deletions.id = ? AND deletions.time >= ?
          """, arguments: [id, oldest])
      guard let found else { throw TodosError.noSuchDeletion(id) }
      let list = ListRow(
        id: try found.decode(atIndex: 0), name: try found.listName(atIndex: 1), title: try found.decode(atIndex: 2),
        revision: 0, titleBytes: try found.decode(atIndex: 4))
      let isDeletedList: Bool = try found.decode(atIndex: 3)
      let target = isDeletedList ? try Self.revive(list, limits, in: db) : list
      try db.run("UPDATE todos SET deletion = NULL WHERE deletion = ?", [id])
      try db.run("DELETE FROM deletions WHERE id = ?", [id])
      try target.checkRoom(for: 0, limits, in: db)
      try target.checkTitles(limits, in: db)
      return try target.changed(in: db)
    }
  }

  /// The time since which a deletion must have been made to be undone.
  var oldestDeletion: Double { now().timeIntervalSince1970 - limits.undo / .seconds(1) }

  /// Answers the list that the todos of a deleted one belong to now.
  private static func revive(_ list: ListRow, _ limits: TodoLimits, in db: Database) throws -> ListRow {
    guard let newer = try ListRow.find(list.name, in: db) else {
      try ListRow.checkRoom(limits, in: db)
      try db.run("UPDATE lists SET deletion = NULL WHERE id = ?", [list.id])
      return list
    }
    let behind = try Positions.end(of: newer, in: db)
    try db.run(
      """
      UPDATE todos SET list = ?1, position = position - (SELECT min(position) FROM todos WHERE list = ?2) + ?3
      WHERE list = ?2
      """, [newer.id, list.id, behind])
    try db.run("UPDATE deletions SET list = ?1 WHERE list = ?2", [newer.id, list.id])
    try db.run("DELETE FROM lists WHERE id = ?", [list.id])
    return newer
  }

  /// Notes that so many todos of `list` are about to be deleted, and clears away some of what can no longer be undone.
  func beginDeletion(of count: Int, in list: ListRow, _ db: Database) throws -> DeletionID {
    let time = now().timeIntervalSince1970
    try db.run(
      "DELETE FROM deletions WHERE id IN (SELECT id FROM deletions WHERE time < ? ORDER BY time LIMIT ?)",
      [oldestDeletion, Self.purgedAtOnce])
    try db.run("INSERT INTO deletions (list, time, size) VALUES (?, ?, ?)", [list.id, time, count])
    let id = db.lastInsertedRowID
    try db.run(
      """
      DELETE FROM deletions WHERE id IN (
        SELECT id FROM (
          SELECT id, sum(size) OVER newest AS size, row_number() OVER newest AS number
          FROM deletions WINDOW newest AS (ORDER BY id DESC)
        ) WHERE size > ? OR number > ? ORDER BY id LIMIT ?
      )
      """, [limits.deletions.todos, limits.deletions.count, Self.purgedAtOnce])
    return id
  }
}
