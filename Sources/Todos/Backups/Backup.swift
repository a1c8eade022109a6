import Foundation
import GRDB

/// Copies of a database, made while it is used, and put back.
public enum Backup {
  /// Makes a copy of a database as it is at one moment; servers may go on with it meanwhile.
  ///
  /// - Returns: what the copy holds.
  /// - Throws: ``BackupError``; nothing is left of a copy that has failed.
  public static func make(of path: String, at copy: String) throws(BackupError) -> DatabaseContents {
    let (path, copy) = (PlainFile.resolved(path), PlainFile.resolved(copy))
    guard try PlainFile.isThere(path) else {
      throw BackupError("there is no database \(path): name it with --database")
    }
    for file in [copy, copy + "-wal", copy + "-journal"] where PlainFile.isTaken(file) {
      throw BackupError("\(file) is there already: name another file than \(copy), or remove it")
    }
    return try duplicate(path, beside: copy) { unfinished throws(BackupError) in
      try FileMoves([(unfinished, copy)]).carryOut()
    }.contents
  }

  /// Puts a copy in the place of a database that no server has open. What was there is kept beside it.
  ///
  /// - Parameter isComplete: whether the copy is known to have all that it should, as one that was made by other means
  ///   while no server ran.
  /// - Returns: what the database holds now, and where that of before is; nil where there was none.
  /// - Throws: ``BackupError``; the database is as it was.
  public static func restore(
    _ copy: String, to path: String, isComplete: Bool = false
  ) throws(BackupError) -> (contents: DatabaseContents, replaced: String?) {
    let (copy, path) = (PlainFile.resolved(copy), PlainFile.resolved(path))
    guard try PlainFile.isThere(copy) else { throw BackupError("there is no file \(copy)") }
    guard copy != path else { throw BackupError("\(copy) is the database itself: name the copy") }
    try check(copy, isComplete)
    let owner = try FileOwner(of: path)
    for file in [path, copy] { try FileLock.checkThatNobodyHas(file) }
    return try duplicate(copy, beside: path) { unfinished throws(BackupError) in
      try owner.own(unfinished)
      let files = ["", "-wal", "-journal"].filter { PlainFile.isTaken(path + $0) }
      let replaced = files.isEmpty ? nil : PlainFile.unused(path + ".replaced")
      // Another's log would ruin the one that takes its place.
      let aside = files.map { (path + $0, (replaced ?? "") + $0) }
      try FileMoves(aside + [(unfinished, path)]).carryOut()
      return replaced
    }
  }

  /// Checks that a file is a copy that may be taken for whole.
  private static func check(_ copy: String, _ isComplete: Bool) throws(BackupError) {
    let logs = try checkLog(of: copy)
    guard isComplete || !logs else {
      throw BackupError(
        "\(copy) may lack the latest changes: it is a database as servers use it, and no copy of `todo-server backup`; "
          + "--complete takes one that was made after all servers had stopped, or by SQLite's own .backup")
    }
  }

  /// Checks that the log beside a file is its own. Returns whether the file's changes go to a log.
  @discardableResult
  static func checkLog(of path: String) throws(BackupError) -> Bool {
    let logs = try DatabaseContents.areLogged(in: path)
    guard logs || !PlainFile.isTaken(path + "-wal") else {
      throw BackupError(
        "\(path)-wal is the log of another database than \(path), and would be mixed into it: remove it")
    }
    return logs
  }

  /// Copies a database into one file beside the place that it is for, looks whether it is whole, and has it moved there.
  /// Of a copy that fails nothing is left.
  private static func duplicate<Result>(
    _ path: String, beside place: String, move: (String) throws(BackupError) -> Result
  ) throws(BackupError) -> (contents: DatabaseContents, Result) {
    // Its own, whoever else makes a copy there.
    let unfinished = "\(place).unfinished-\(getpid())"
    defer { for suffix in ["", "-journal"] { unlink(unfinished + suffix) } }
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(5)
    let source = try attempt("read", path) { try DatabaseQueue(path: path, configuration: configuration) }
    // Whether it is one of ours at all, before as many bytes are written.
    _ = try attempt("read", path) { try source.read(DatabaseContents.init) }
    FileOwner.make(unfinished)
    let target = try attempt("write", unfinished) {
      let target = try DatabaseQueue(path: unfinished)
      try source.backup(to: target)
      // One file, which says of itself that it is no database in use.
      try target.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
      return target
    }
    // What is not whole in the copy was not in what it is of.
    let contents = try attempt("read", path) {
      try target.read { db in
        try db.checkFile()
        return try DatabaseContents(db)
      }
    }
    try attempt("write", unfinished) { try target.close() }
    return (contents, try move(unfinished))
  }

  private static func attempt<Value>(
    _ what: String, _ path: String, _ body: () throws -> Value
  ) throws(BackupError) -> Value {
    do {
      return try body()
    } catch {
      let reason = (error as? DatabaseError).map { $0.resultCode.description } ?? "\(error)"
      let obstacle = what == "write" ? OpeningObstacle.found(at: path) : PlainFile.obstacle(toReading: path)
      throw BackupError("cannot \(what) \(path): \([reason, obstacle].compactMap(\.self).joined(separator: "; "))")
    }
  }
}

/// Why a copy was not made, not put back or not carried to another store, in one line.
public struct BackupError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What has failed, with which file, and what to do.
  public let description: String
  init(_ description: String) { self.description = description }
}
