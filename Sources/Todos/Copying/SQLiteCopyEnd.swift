import Foundation
import GRDB

/// An SQLite file that is copied from or to.
final class SQLiteCopyEnd: CopyEnd {
  let location: String
  private let queue: DatabaseQueue
  /// Whether the file is to go where nothing is written to it.
  private let isNew: Bool

  /// Opens a file that is there and leaves it as it is.
  init(reading path: String) throws {
    location = PlainFile.resolved(path)
    isNew = false
    guard try PlainFile.isThere(location) else { throw BackupError("there is no database \(location)") }
    try FileLock.checkThatNobodyHas(location)
    try Backup.checkLog(of: location)
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(5)
    do {
      queue = try DatabaseQueue(path: location, configuration: configuration)
      try queue.read { db in
        try db.checkFile()
        _ = try DatabaseContents(db)
        guard try Migrations.migrator.hasCompletedMigrations(db) else {
          throw UnusableFile("an older version of this program has written it: start todo-server on it once")
        }
      }
    } catch {
      throw Self.failure("read", location, error)
    }
  }

  /// Opens a file as a server does, made if it is missing.
  init(writing path: String) throws {
    location = PlainFile.resolved(path)
    isNew = try !PlainFile.isThere(location)
    try FileLock.checkThatNobodyHas(location)
    let owner = try FileOwner(of: location)
    do {
      // Before it is opened as a server does, which may change it.
      if !isNew, try Self.hasLists(location) { throw BackupError.notEmpty(location) }
      try SQLiteStore(path: location).close()
      queue = try DatabaseQueue(path: location)
      if isNew { try owner.own(location) }
    } catch {
      if isNew { Self.remove(location) }
      throw error is TodosError ? BackupError("\(error)") : Self.failure("write", location, error)
    }
  }

  func read<Value>(_ body: (any CopiedRows) throws -> Value) throws -> Value {
    do {
      return try queue.read { try body(SQLiteCopiedRows(database: $0, location: location)) }
    } catch {
      throw Self.failure("read", location, error)
    }
  }

  func write<Value>(_ body: (any CopiedRows) throws -> Value) throws -> Value {
    do {
      let value = try queue.write { try body(SQLiteCopiedRows(database: $0, location: location)) }
      // Its log goes into the file, which is whole by itself then.
      try queue.close()
      return value
    } catch {
      try? queue.close()
      if isNew { Self.remove(location) }
      throw Self.failure("write", location, error)
    }
  }

  private static func hasLists(_ path: String) throws -> Bool {
    var configuration = Configuration()
    configuration.readonly = true
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    defer { try? queue.close() }
    return try queue.read { db in
      guard try db.tableExists("lists") else { return false }
      return try Row.fetchOne(db, sql: "SELECT 1 FROM lists") != nil
    }
  }

  private static func remove(_ path: String) { for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) } }

  /// Says what has failed, and with which file.
  static func failure(_ what: String, _ path: String, _ error: any Error) -> any Error {
    if error is BackupError { return error }
    let reason =
      switch error {
      case let error as DatabaseError: error.message ?? error.resultCode.description
      case is RowDecodingError: "it is damaged"
      default: "\(error)"
      }
    let obstacle = what == "write" ? OpeningObstacle.found(at: path) : PlainFile.obstacle(toReading: path)
    return BackupError("cannot \(what) \(path): \([reason, obstacle].compactMap(\.self).joined(separator: "; "))")
  }
}
