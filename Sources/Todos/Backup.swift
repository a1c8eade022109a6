import Foundation
import GRDB

/// Copies of a database, made while it is used, and put back.
public enum Backup {
  /// What a copy holds.
  public struct Contents: Equatable, Sendable, CustomStringConvertible {
    /// How many lists there are, unlisted ones among them.
    public let lists: Int
    /// How many todos all of them have.
    public let todos: Int

    fileprivate init(_ db: Database) throws {
      guard try db.tableExists("lists") else { throw UnusableFile("it is no database of todo lists") }
      lists = try Int.fetchOne(db, sql: "SELECT count(*) FROM lists WHERE deletion IS NULL") ?? 0
      todos =
        try Int.fetchOne(
          db,
          sql: """
            SELECT count(*) FROM todos JOIN lists ON lists.id = todos.list
            WHERE todos.deletion IS NULL AND lists.deletion IS NULL
            """) ?? 0
    }

    /// The figures in words.
    public var description: String {
      "\(lists) list\(lists == 1 ? "" : "s") with \(todos) todo\(todos == 1 ? "" : "s")"
    }
  }

  /// Makes a copy of a database as it is at one moment; servers may go on with it meanwhile.
  ///
  /// - Throws: ``BackupError``; nothing is left of a copy that has failed.
  public static func make(of path: String, at copy: String) throws(BackupError) -> Contents {
    guard exists(path) else { throw BackupError("there is no database \(path): name it with --database") }
    guard !exists(copy) else { throw BackupError("\(copy) is there already: name another file, or remove it") }
    let contents = try duplicate(path, to: copy + unfinished)
    try move(copy + unfinished, to: copy)
    return contents
  }

  /// Puts a copy in the place of a database that no server has open. What was there is kept beside it.
  ///
  /// - Parameter isComplete: whether the copy is known to have all that it should, as one that was made by other means
  ///   while no server ran.
  /// - Returns: what the database holds now, and where that of before is; nil where there was none.
  /// - Throws: ``BackupError``; the database is as it was.
  public static func restore(
    _ copy: String, to path: String, isComplete: Bool = false
  ) throws(BackupError) -> (contents: Contents, replaced: String?) {
    guard exists(copy) else { throw BackupError("there is no file \(copy)") }
    if !isComplete, try isInUse(copy) {
      throw BackupError(
        "\(copy) is a database that was in use when it was copied, and may lack the latest changes or be half of them: "
          + "make a copy with `todo-server backup`; --complete takes one that was made while no server ran, or by "
          + "SQLite's own .backup")
    }
    for file in [path, copy] {
      guard let process = FileLock.holder(of: file) else { continue }
      throw BackupError("process \(process) has \(file) open: stop every server first, and start them afterwards")
    }
    let contents = try duplicate(copy, to: path + unfinished)
    try FileOwner.give(path + unfinished, asFor: path)
    let replaced = try setAside(path)
    try move(path + unfinished, to: path)
    return (contents, replaced)
  }

  private static let unfinished = ".unfinished"

  /// Whether a file begins as one whose changes go to a log of their own. A copy that was made here does not.
  private static func isInUse(_ file: String) throws(BackupError) -> Bool {
    try attempt("read", file) {
      let handle = try FileHandle(forReadingFrom: URL(filePath: file))
      defer { try? handle.close() }
      // The SQLite database file format, 1.3.3: 2 stands for write-ahead logging.
      guard let start = try handle.read(upToCount: 20), start.count == 20 else { return false }
      return start[18] == 2
    }
  }

  /// Copies a database into one file for its owner alone, and looks whether it is whole.
  private static func duplicate(_ path: String, to copy: String) throws(BackupError) -> Contents {
    try? FileManager.default.removeItem(atPath: copy)
    return try attempt("copy", path) {
      do {
        FileOwner.make(copy)
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        let source = try DatabaseQueue(path: path, configuration: configuration)
        let target = try DatabaseQueue(path: copy)
        try source.backup(to: target)
        try source.close()
        let contents = try target.writeWithoutTransaction { db in
          try db.execute(sql: "PRAGMA journal_mode = DELETE")
          try db.checkFile()
          return try Contents(db)
        }
        try target.close()
        return contents
      } catch {
        try? FileManager.default.removeItem(atPath: copy)
        throw error
      }
    }
  }

  /// Moves a database and its log away, which would ruin the one that takes its place.
  private static func setAside(_ path: String) throws(BackupError) -> String? {
    let files = ["-wal", ""].filter { exists(path + $0) }
    guard !files.isEmpty else { return nil }
    var replaced = path + ".replaced"
    var number = 1
    while exists(replaced) || exists(replaced + "-wal") {
      number += 1
      replaced = "\(path).replaced-\(number)"
    }
    for suffix in files { try move(path + suffix, to: replaced + suffix) }
    try? FileManager.default.removeItem(atPath: path + "-shm")
    return replaced
  }

  private static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  private static func move(_ path: String, to new: String) throws(BackupError) {
    try attempt("move", path) { try FileManager.default.moveItem(atPath: path, toPath: new) }
  }

  private static func attempt<Value>(
    _ what: String, _ path: String, _ body: () throws -> Value
  ) throws(BackupError) -> Value {
    do {
      return try body()
    } catch {
      throw BackupError("cannot \(what) \(path): \((error as? DatabaseError)?.message ?? "\(error)")")
    }
  }
}

/// Why a copy was not made or not put back, in one line.
public struct BackupError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What has failed, with which file, and what to do.
  public let description: String
  init(_ description: String) { self.description = description }
}
