import Foundation
import GRDB

/// What a database holds.
public struct DatabaseContents: Equatable, Sendable, CustomStringConvertible {
  /// How many lists there are, unlisted ones among them.
  public let lists: Int
  /// How many todos all of them have.
  public let todos: Int

  init(lists: Int, todos: Int) { (self.lists, self.todos) = (lists, todos) }

  init(_ db: Database) throws {
    guard try db.tableExists("lists") else { throw UnusableFile("it is no database of todo lists") }
    lists = try Int.fetchOne(db, sql: "SELECT count(*) FROM lists WHERE deletion IS NULL") ?? 0
    let sql = """
      SELECT count(*) FROM todos JOIN lists ON lists.id = todos.list
      WHERE todos.deletion IS NULL AND lists.deletion IS NULL
      """
    todos = try Int.fetchOne(db, sql: sql) ?? 0
  }

  /// The figures in words.
  public var description: String {
    "\(lists) list\(lists == 1 ? "" : "s") with \(todos) todo\(todos == 1 ? "" : "s")"
  }

  /// Whether the changes of a file go to a log of their own, which a copy of it would lack.
  ///
  /// - Throws: ``BackupError`` for a file that cannot be read.
  static func areLogged(in path: String) throws(BackupError) -> Bool {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw BackupError("cannot read \(path): \(PlainFile.obstacle(toReading: path) ?? "it cannot be opened")")
    }
    defer { try? handle.close() }
    let start = (try? handle.read(upToCount: 20)) ?? Data()
    // The SQLite database file format, 1.3.3: 2 stands for write-ahead logging.
    return start.count == 20 && start[18] == 2
  }
}
