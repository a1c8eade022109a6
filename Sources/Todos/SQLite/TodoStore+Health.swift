import DatastarLocking
import Foundation
import GRDB

extension TodoStore {
  /// How many changes each commit held.
  public var commitGroupSizes: Histogram { commits.groupSizes }

  /// How many changes wait for their commit.
  public var waitingCommits: Int { commits.waitingCount }

  /// How many rows each commit wrote.
  public var commitRowCounts: Histogram { commits.rowCounts }

  /// The bytes that SQLite's log takes, which is brought back to a small size once nobody reads from it.
  public var logSize: Int { log.size }

  /// The bytes that the database's file takes, without its log.
  public var fileSize: Int { PlainFile.size(path) }

  /// The bytes that may still be written where the file is; nil where the system does not say.
  public var freeBytes: Int? { OpeningObstacle.room(in: URL(filePath: path).deletingLastPathComponent().path) }

  /// How often the log was too large and has been made small.
  public var logTruncations: Int { log.count.value }

  /// Returns whether another process has changed the database since the last call, or since it was opened.
  ///
  /// - Throws: ``TodosError/unavailable(reason:fault:)``.
  public func takeChangesOfOthers() async throws(TodosError) -> Bool {
    do { return try await commits.takeChangesOfOthers() } catch { throw TodosError(error) }
  }

  /// Checks that the store can read.
  ///
  /// - Throws: ``TodosError/unavailable(reason:fault:)``.
  public func checkReading() throws(TodosError) {
    // Something of each table that pages are made of.
    try read { db in
      for table in ["changes", "lists", "todos"] { _ = try Row.fetchOne(db, sql: "SELECT * FROM \(table) LIMIT 1") }
    }
  }

  /// Checks that the store can read and commit. Changes nothing.
  ///
  /// - Throws: ``TodosError/unavailable(reason:fault:)``.
  public func check() async throws(TodosError) {
    try checkReading()
    // Those who ask often are answered by what was committed a moment ago, and cost the disk nothing.
    if commits.hasCommitted(since: .now - .seconds(1)) { return }
    try await commits.commit { db in try db.writeNothing() }
  }
}

extension Database {
  /// Has the transaction write to the disk and leave everything as it was.
  func writeNothing() throws {
    // Two statements, because one that leaves a row as it is writes nothing.
    try run("UPDATE changes SET revision = revision + 1")
    try run("UPDATE changes SET revision = revision - 1")
  }
}
