import DatastarLocking
import GRDB

/// Commits the changes that wait at the same time in one transaction.
///
/// A durable commit costs a flush to the disk, whatever it holds. Changes that arrive during one flush are therefore
/// committed together by the next, each in a savepoint of its own. After the commit it is told to the feed, in the order
/// of the savepoints, and then each is answered.
///
/// No commit does more than a bounded work, so that nobody waits for more than the one under way and their own: it takes
/// changes until they have written ``rowsPerCommit`` rows, those of a few rows first, and of those of many at least one.
/// The others wait for the next.
final class CommitQueue: Sendable {
  /// How many changes each commit held.
  let groupSizes = Histogram(bounds: [1, 2, 4, 8, 16, 32, 64, 128, 256])
  /// How many rows each commit wrote.
  let rowCounts = Histogram(bounds: [10, 100, 1_000, 2_000, 5_000, 10_000, 20_000])
  /// A commit takes no more changes when it has written so many rows.
  static let rowsPerCommit = 2_000
  /// What writes no more than about so many rows is not taken for one that writes many.
  static let lightRows = 50
  private let database: DatabasePool
  private let files: DatabaseFiles
  private let log: LogTruncation
  private let feed: CommitFeed
  private let state: Locked<State>

  private struct State {
    var waiting = Group()
    var isDraining = false
    var lastCommit: ContinuousClock.Instant?
    /// The newest revision that was committed here or found, and whether one before it was another process's.
    var revision: Int64
    var hasChangesOfOthers = false

    mutating func note(_ commit: Commit) {
      lastCommit = commit.hasWorked ? .now : nil
      guard let first = commit.changes.first, let last = commit.changes.last else { return }
      if first.revision != revision + 1 { hasChangesOfOthers = true }
      revision = last.revision
    }
  }

  /// A change that waits, with its result's type erased.
  private struct Entry {
    /// Makes the change in a savepoint of its own, and keeps for `answer` what comes of it. Returns what is to be told.
    let run: (Database) throws -> CommittedChange?
    /// Resumes the caller: with what came of the change, or with the error that undid the whole group.
    let answer: (TodosError?) -> Void
  }

  /// Changes that wait, or those of one commit.
  private struct Group {
    /// Those of a few rows each.
    var light: [Entry] = []
    /// Those that may write many.
    var heavy: [Entry] = []

    var all: [Entry] { light + heavy }
    var count: Int { light.count + heavy.count }
  }

  /// - Parameter revision: the one that the database has.
  init(
    _ database: DatabasePool, _ files: DatabaseFiles, _ log: LogTruncation, _ feed: CommitFeed, revision: Int64
  ) {
    (self.database, self.files, self.log, self.feed) = (database, files, log, feed)
    state = Locked(State(revision: revision))
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

  /// How many changes wait for their commit.
  var waitingCount: Int { state.withLock { $0.waiting.count } }

  /// Whether something has been committed since then.
  func hasCommitted(since time: ContinuousClock.Instant) -> Bool {
    state.withLock { $0.lastCommit.map { $0 >= time } ?? false }
  }

  /// Returns whether another process has committed to the database since the last call.
  ///
  /// By the revision, which each change counts up by one: SQLite's `data_version` changes by a checkpoint as well.
  func takeChangesOfOthers() async throws -> Bool {
    // Where commits are made, so that none of them is taken for another's.
    try await database.writeWithoutTransaction { [state] db in
      let revision = try Int64.fetchOne(db, sql: "SELECT revision FROM changes") ?? 0
      return state.withLock { state in
        defer { (state.revision, state.hasChangesOfOthers) = (revision, false) }
        return state.hasChangesOfOthers || state.revision != revision
      }
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
    let begins = state.withLock { state in
      if isHeavy { state.waiting.heavy.append(entry) } else { state.waiting.light.append(entry) }
      defer { state.isDraining = true }
      return !state.isDraining
    }
    if begins { database.asyncWriteWithoutTransaction { [self] in drain($0) } }
  }

  private func drain(_ db: Database) {
    while let group = takeWaiting() {
      do {
        let done = try db.forgettingDamage { try commit(group, db) }
        groupSizes.record(Double(done.entries.count))
        rowCounts.record(Double(done.rowCount))
        state.withLock { $0.note(done) }
        feed.tell(done.changes)
        for entry in done.entries.all { entry.answer(nil) }
        log.beginIfNeeded()
      } catch {
        state.withLock { $0.lastCommit = nil }
        for entry in group.all { entry.answer(TodosError(error)) }
      }
    }
  }

  /// What has been committed at once.
  private struct Commit {
    var entries = Group()
    /// Of those that something came of.
    var changes: [CommittedChange] = []
    var rowCount = 0
    /// Whether the database has worked for each.
    var hasWorked = true

    var isFull: Bool { rowCount >= rowsPerCommit }
  }

  /// Makes as many of the changes as one transaction takes; the others wait on, before those that have come since.
  private func commit(_ group: Group, _ db: Database) throws -> Commit {
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
    state.withLock { state in
      state.waiting.light.insert(contentsOf: group.light.dropFirst(done.entries.light.count), at: 0)
      state.waiting.heavy.insert(contentsOf: group.heavy.dropFirst(done.entries.heavy.count), at: 0)
    }
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

  private func takeWaiting() -> Group? {
    state.withLock { state in
      guard state.waiting.count > 0 else {
        state.isDraining = false
        return nil
      }
      defer { state.waiting = Group() }
      return state.waiting
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
