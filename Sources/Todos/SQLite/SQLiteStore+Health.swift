import DatastarLocking
import Foundation
import GRDB

extension SQLiteStore {
  /// How many changes each commit held.
  public var commitGroupSizes: Histogram { commits.waiting.groupSizes }

  /// How many changes wait for their commit.
  public var waitingCommits: Int { commits.waiting.count }

  /// How many rows each commit wrote.
  public var commitRowCounts: Histogram { commits.waiting.rowCounts }

  /// What the database's files are like now.
  public var files: StoreFiles? {
    StoreFiles(
      size: PlainFile.size(location),
      freeBytes: OpeningObstacle.room(in: URL(filePath: location).deletingLastPathComponent().path), logSize: log.size,
      logTruncations: log.count.value)
  }

  /// Returns whether another process has changed the file since the last call, or since it was opened.
  public func takeChangesOfOthers() async throws(TodosError) -> Bool {
    do { return try await commits.takeChangesOfOthers() } catch { throw TodosError(error) }
  }

  /// Checks that the store can read something of each table that pages are made of.
  public func checkReading() async throws(TodosError) {
    try read { db in
      for table in ["changes", "lists", "todos"] { _ = try Row.fetchOne(db, sql: "SELECT * FROM \(table) LIMIT 1") }
    }
  }

  /// Checks that the store can read and commit. Changes nothing.
  public func check() async throws(TodosError) {
    try await checkReading()
    // Those who ask often are answered by what was committed a moment ago, and cost the disk nothing.
    if commits.waiting.hasCommitted(since: .now - .seconds(1)) { return }
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
