import GRDB
import Locking
import Metrics

/// Commits the changes that wait at the same time in one transaction.
///
/// A durable commit costs a flush to the disk, whatever it holds. Changes that arrive during one flush are therefore
/// committed together by the next, each in a savepoint of its own. After the commit it is told to the feed, in the order
/// of the savepoints, and then each is answered.
final class CommitQueue: Sendable {
  /// How many changes each commit held.
  let groupSizes = Histogram(bounds: [1, 2, 4, 8, 16, 32, 64, 128, 256])
  private let database: DatabasePool
  private let files: DatabaseFiles
  private let log: LogTruncation
  private let feed: CommitFeed
  private let state = Locked(State())

  private struct State {
    var waiting: [Entry] = []
    var isDraining = false
    var lastCommit: ContinuousClock.Instant?
  }

  /// A change that waits, with its result's type erased.
  private struct Entry {
    /// Makes the change in a savepoint of its own, and keeps for `answer` what comes of it. Returns what is to be told.
    let run: (Database) throws -> CommittedChange?
    /// Resumes the caller: with what came of the change, or with the error that undid the whole group.
    let answer: (TodosError?) -> Void
  }

  init(_ database: DatabasePool, _ files: DatabaseFiles, _ log: LogTruncation, _ feed: CommitFeed) {
    (self.database, self.files, self.log, self.feed) = (database, files, log, feed)
  }

  /// Makes a change and returns when it is on the disk.
  ///
  /// - Parameter committed: what of the result is told to those who follow the store.
  /// - Throws: the ``TodosError`` that `change` throws, alone undone then; ``TodosError/unavailable(reason:)`` where
  ///   the database fails.
  func commit<Result: Sendable>(
    _ change: @escaping @Sendable (Database) throws -> Result,
    telling committed: @escaping @Sendable (Result) -> CommittedChange? = { _ in nil }
  ) async throws(TodosError) -> Result {
    let outcome = await withCheckedContinuation {
      (caller: CheckedContinuation<Swift.Result<Result, TodosError>, Never>) in
      enqueue(change, committed) { caller.resume(returning: $0) }
    }
    return try outcome.get()
  }

  /// Whether something has been committed since then.
  func hasCommitted(since time: ContinuousClock.Instant) -> Bool {
    state.withLock { $0.lastCommit.map { $0 >= time } ?? false }
  }

  private func enqueue<Result>(
    _ change: @escaping (Database) throws -> Result,
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
    let begins = state.withLock { state in
      state.waiting.append(entry)
      defer { state.isDraining = true }
      return !state.isDraining
    }
    if begins { database.asyncWriteWithoutTransaction { [self] in drain($0) } }
  }

  private func drain(_ db: Database) {
    while let group = takeWaiting() {
      do {
        let (changes, hasWorked) = try db.forgettingDamage { try commit(group, db) }
        groupSizes.record(Double(group.count))
        state.withLock { $0.lastCommit = hasWorked ? .now : nil }
        feed.tell(changes)
        for entry in group { entry.answer(nil) }
        log.beginIfNeeded()
      } catch {
        state.withLock { $0.lastCommit = nil }
        for entry in group { entry.answer(TodosError(error)) }
      }
    }
  }

  /// Makes all changes in one transaction. Returns those that something came of, and whether the database has worked
  /// for each.
  private func commit(_ group: [Entry], _ db: Database) throws -> (changes: [CommittedChange], hasWorked: Bool) {
    try files.check()
    var changes: [CommittedChange] = []
    var hasWorked = true
    try db.inTransaction(.immediate) {
      for entry in group {
        do {
          if let change = try entry.run(db) { changes.append(change) }
        } catch {
          hasWorked = hasWorked && error is TodosError
          // SQLite gives up the whole transaction for some errors, a full disk for one.
          guard db.isInsideTransaction else { throw error }
        }
      }
      return .commit
    }
    return (changes, hasWorked)
  }

  private func takeWaiting() -> [Entry]? {
    state.withLock { state in
      guard !state.waiting.isEmpty else {
        state.isDraining = false
        return nil
      }
      defer { state.waiting = [] }
      return state.waiting
    }
  }
}

extension TodosError {
  /// What the database says, in one line and without the values of a statement.
  init(_ error: any Error) {
    switch error {
    case let error as TodosError: self = error
    case let error as DatabaseError: self = .unavailable(reason: error.message ?? "\(error.resultCode)")
    case is RowDecodingError: self = .unavailable(reason: "its file is damaged")
    default: self = .unavailable(reason: "\(error)")
    }
  }
}
