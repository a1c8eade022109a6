import GRDB
import Locking
import Metrics

/// Commits the changes that wait at the same time in one transaction.
///
/// A durable commit costs a flush to the disk, whatever it holds. Changes that arrive during one flush are therefore
/// committed together by the next, each in a savepoint of its own, and each is answered after the commit.
final class CommitQueue: Sendable {
  /// How many changes each commit held.
  let groupSizes = Histogram(bounds: [1, 2, 4, 8, 16, 32, 64, 128, 256])
  private let database: DatabasePool
  private let state = Locked(State())

  private struct State {
    var waiting: [Entry] = []
    var isDraining = false
    var lastCommit: ContinuousClock.Instant?
  }

  /// A change that waits, with its result's type erased.
  private struct Entry {
    /// Makes the change in a savepoint of its own; what comes of it is kept for `answer`. Answers whether the database
    /// has worked, be the change refused or not.
    let run: (Database) -> Bool
    /// Resumes the caller: with what came of the change, or with the error that undid the whole group.
    let answer: (TodosError?) -> Void
  }

  init(_ database: DatabasePool) {
    self.database = database
  }

  /// Makes a change and returns when it is on the disk.
  ///
  /// - Throws: the ``TodosError`` that `change` throws, alone undone then; ``TodosError/unavailable(reason:)`` where
  ///   the database fails.
  func commit<Result: Sendable>(
    _ change: @escaping @Sendable (Database) throws -> Result
  ) async throws(TodosError) -> Result {
    let outcome = await withCheckedContinuation {
      (caller: CheckedContinuation<Swift.Result<Result, TodosError>, Never>) in
      enqueue(change) { caller.resume(returning: $0) }
    }
    return try outcome.get()
  }

  /// Whether something has been committed since then.
  func hasCommitted(since time: ContinuousClock.Instant) -> Bool {
    state.withLock { $0.lastCommit.map { $0 >= time } ?? false }
  }

  private func enqueue<Result>(
    _ change: @escaping (Database) throws -> Result,
    resume: @escaping (Swift.Result<Result, TodosError>) -> Void
  ) {
    var outcome = Swift.Result<Result, TodosError>.failure(.unavailable(reason: "the change was not made"))
    let entry = Entry(
      run: { db in
        do {
          var result: Result?
          try db.inSavepoint {
            result = try db.doubtingAfterFailure(change)
            return .commit
          }
          if let result { outcome = .success(result) }
          return true
        } catch {
          outcome = .failure(TodosError(error))
          return error is TodosError
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
        let hasWorked = try db.doubtingAfterFailure { try commit(group, $0) }
        groupSizes.record(Double(group.count))
        state.withLock { $0.lastCommit = hasWorked ? .now : nil }
        for entry in group { entry.answer(nil) }
      } catch {
        state.withLock { $0.lastCommit = nil }
        for entry in group { entry.answer(TodosError(error)) }
      }
    }
  }

  /// Makes all changes in one transaction, and answers whether the database has worked for each.
  private func commit(_ group: [Entry], _ db: Database) throws -> Bool {
    var hasWorked = true
    try db.inTransaction(.immediate) {
      for entry in group {
        // SQLite gives up the whole transaction for some errors, a full disk for one.
        guard db.isInsideTransaction else {
          throw TodosError.unavailable(reason: "the transaction was rolled back")
        }
        hasWorked = entry.run(db) && hasWorked
      }
      return .commit
    }
    return hasWorked
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

extension Database {
  /// Works on the database, and forgets what it has kept of the file where that fails: a page that was read broken
  /// would be taken for the file's when the file has long been mended.
  func doubtingAfterFailure<Result>(_ body: (Database) throws -> Result) throws -> Result {
    do {
      return try body(self)
    } catch let error as DatabaseError {
      releaseMemory()
      throw error
    }
  }
}

extension TodosError {
  /// What the database says, in one line and without the values of a statement.
  init(_ error: any Error) {
    switch error {
    case let error as TodosError: self = error
    case let error as DatabaseError: self = .unavailable(reason: error.message ?? "\(error.resultCode)")
    default: self = .unavailable(reason: "\(error)")
    }
  }
}
