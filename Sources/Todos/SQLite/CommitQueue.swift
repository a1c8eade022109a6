import DatastarLocking
import GRDB

/// Commits the changes that wait at the same time in one transaction, each in a savepoint of its own.
///
/// After the commit it is told to the feed, in the order of the savepoints, and then each is answered.
final class CommitQueue: Sendable {
  let waiting: WaitingChanges<Entry>
  private let database: DatabasePool
  private let files: DatabaseFiles
  private let log: LogTruncation
  private let feed: CommitFeed

  /// A change that waits, with its result's type erased.
  struct Entry {
    /// Makes the change in a savepoint of its own, and keeps for `answer` what comes of it. Returns what is to be told.
    let run: (Database) throws -> CommittedChange?
    /// Resumes the caller: with what came of the change, or with the error that undid the whole group.
    let answer: (TodosError?) -> Void
  }

  /// - Parameter revision: the one that the database has.
  init(
    _ database: DatabasePool, _ files: DatabaseFiles, _ log: LogTruncation, _ feed: CommitFeed, revision: Int64
  ) {
    (self.database, self.files, self.log, self.feed) = (database, files, log, feed)
    waiting = WaitingChanges(revision: revision)
  }

  /// Makes a change and returns when it is on the disk.
  ///
  /// - Parameters:
  ///   - isHeavy: whether it may write many rows, and may let others pass.
  ///   - committed: what of the result is told to those who follow the store.
  /// - Throws: the ``TodosError`` that `change` throws, alone undone then; ``TodosError/unavailable(reason:fault:)`` where
  ///   the database fails.
  func commit<Result: Sendable>(
    isHeavy: Bool = false, _ change: @escaping @Sendable (Database) throws -> Result,
    telling committed: @escaping @Sendable (Result) -> CommittedChange? = { _ in nil }
  ) async throws(TodosError) -> Result {
    let outcome = await withCheckedContinuation {
      (caller: CheckedContinuation<Swift.Result<Result, TodosError>, Never>) in
      enqueue(isHeavy, change, committed) { caller.resume(returning: $0) }
    }
    return try outcome.get()
  }

  /// Returns whether another process has committed to the database since the last call.
  ///
  /// By the revision, which each change counts up by one: SQLite's `data_version` changes by a checkpoint as well.
  func takeChangesOfOthers() async throws -> Bool {
    // Where commits are made, so that none of them is taken for another's.
    try await database.writeWithoutTransaction { [waiting] db in
      waiting.takeChangesOfOthers(upTo: try Int64.fetchOne(db, sql: "SELECT revision FROM changes") ?? 0)
    }
  }

  private func enqueue<Result>(
    _ isHeavy: Bool, _ change: @escaping (Database) throws -> Result,
    _ committed: @escaping (Result) -> CommittedChange?,
    resume: @escaping (Swift.Result<Result, TodosError>) -> Void
  ) {
    var outcome = Swift.Result<Result, TodosError>.failure(.unavailable(reason: "the change was not made"))
    let entry = Entry(
      run: { db in
        do {
          var result: Result?
          try db.inSavepoint {
            result = try db.forgettingDamage { try change(db) }
            return .commit
          }
          guard let result else { return nil }
          outcome = .success(result)
          return committed(result)
        } catch {
          outcome = .failure(TodosError(error))
          throw error
        }
      },
      answer: { error in resume(error.map { .failure($0) } ?? outcome) })
    if waiting.add(entry, isHeavy: isHeavy) { database.asyncWriteWithoutTransaction { [self] in drain($0) } }
  }

  private func drain(_ db: Database) {
    while let group = waiting.take() {
      do {
        let done = try db.forgettingDamage { try commit(group, db) }
        waiting.note(done.entries, rows: done.rowCount, changes: done.changes, hasWorked: done.hasWorked)
        feed.tell(done.changes)
        for entry in done.entries.all { entry.answer(nil) }
        log.beginIfNeeded()
      } catch {
        waiting.noteFailure()
        for entry in group.all { entry.answer(TodosError(error)) }
      }
    }
  }

  /// What has been committed at once.
  private struct Commit {
    var entries = WaitingChanges<Entry>.Group()
    /// Of those that something came of.
    var changes: [CommittedChange] = []
    var rowCount = 0
    /// Whether the database has worked for each.
    var hasWorked = true

    var isFull: Bool { rowCount >= CommitBounds.rows }
  }

  /// Makes as many of the changes as one transaction takes; the others wait on.
  private func commit(_ group: WaitingChanges<Entry>.Group, _ db: Database) throws -> Commit {
    try files.check()
    var done = Commit()
    try db.inTransaction(.immediate) {
      for entry in group.light where !done.isFull {
        done.entries.light.append(entry)
        try run(entry, in: &done, db)
      }
      for entry in group.heavy where !done.isFull || done.entries.heavy.isEmpty {
        done.entries.heavy.append(entry)
        try run(entry, in: &done, db)
      }
      return .commit
    }
    waiting.putBack(group, without: done.entries)
    return done
  }

  private func run(_ entry: Entry, in done: inout Commit, _ db: Database) throws {
    let before = db.totalChangesCount
    defer { done.rowCount += db.totalChangesCount - before }
    do {
      if let change = try entry.run(db) { done.changes.append(change) }
    } catch {
      done.hasWorked = done.hasWorked && error is TodosError
      // SQLite gives up the whole transaction for some errors, a full disk for one.
      guard db.isInsideTransaction else { throw error }
    }
  }
}

extension TodosError {
  /// What the database says, in one line and without the values of a statement.
  init(_ error: any Error) {
    switch error {
    case let error as TodosError: self = error
    case let error as DatabaseError:
      self = .unavailable(reason: error.message ?? "\(error.resultCode)", fault: StoreFault(error))
    case is RowDecodingError: self = .unavailable(reason: "its file is damaged", fault: .damaged)
    default: self = .unavailable(reason: "\(error)")
    }
  }
}
