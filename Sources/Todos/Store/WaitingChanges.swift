import DatastarLocking

/// Changes that wait for their commit, whatever commits them.
///
/// A durable commit costs a flush to the disk, whatever it holds. Changes that arrive during one flush are therefore
/// committed together by the next.
///
/// No commit does more than a bounded work, so that nobody waits for more than the one under way and their own: it takes
/// changes until they have written ``CommitBounds/rows`` rows, those of a few rows first, and of those of many at least
/// one. The others wait for the next.
final class WaitingChanges<Entry>: Sendable {
  /// How many changes each commit held.
  let groupSizes = Histogram(bounds: [1, 2, 4, 8, 16, 32, 64, 128, 256])
  /// How many rows each commit wrote.
  let rowCounts = Histogram(bounds: [10, 100, 1_000, 2_000, 5_000, 10_000, 20_000])
  private let state: Locked<State>

  /// Changes that wait, or those of one commit.
  struct Group {
    /// Those of a few rows each.
    var light: [Entry] = []
    /// Those that may write many.
    var heavy: [Entry] = []

    var all: [Entry] { light + heavy }
    var count: Int { light.count + heavy.count }
  }

  private struct State {
    var waiting = Group()
    var isDraining = false
    var lastCommit: ContinuousClock.Instant?
    /// The newest revision of the index that was committed here or found, and whether one before it was another
    /// process's.
    var revision: Int64
    var hasChangesOfOthers = false
  }

  /// - Parameter revision: the one that the index has.
  init(revision: Int64) {
    state = Locked(State(revision: revision))
  }

  /// How many wait.
  var count: Int { state.withLock { $0.waiting.count } }

  /// Has a change wait. Returns whether nobody commits yet, so that the caller has to see to it.
  func add(_ entry: Entry, isHeavy: Bool) -> Bool {
    state.withLock { state in
      if isHeavy { state.waiting.heavy.append(entry) } else { state.waiting.light.append(entry) }
      defer { state.isDraining = true }
      return !state.isDraining
    }
  }

  /// Takes all that wait; nil, and nobody commits any more, where nothing does.
  func take() -> Group? {
    state.withLock { state in
      guard state.waiting.count > 0 else {
        state.isDraining = false
        return nil
      }
      defer { state.waiting = Group() }
      return state.waiting
    }
  }

  /// Has those of a group wait on that a commit did not take, before those that have come since.
  func putBack(_ group: Group, without done: Group) {
    state.withLock { state in
      state.waiting.light.insert(contentsOf: group.light.dropFirst(done.light.count), at: 0)
      state.waiting.heavy.insert(contentsOf: group.heavy.dropFirst(done.heavy.count), at: 0)
    }
  }

  /// Notes a commit.
  ///
  /// - Parameters:
  ///   - changes: what it has changed, in its order.
  ///   - hasWorked: whether the database has worked for each of the group.
  /// - Returns: whether another process has committed since the commit before.
  @discardableResult
  func note(_ group: Group, rows: Int, changes: [CommittedChange], hasWorked: Bool) -> Bool {
    groupSizes.record(Double(group.count))
    rowCounts.record(Double(rows))
    return state.withLock { state in
      state.lastCommit = hasWorked ? .now : nil
      guard let first = changes.first, let last = changes.last else { return false }
      let othersCommit = first.indexRevision != state.revision + 1
      if othersCommit { state.hasChangesOfOthers = true }
      state.revision = last.indexRevision
      return othersCommit
    }
  }

  /// Notes that a commit has failed.
  func noteFailure() { state.withLock { $0.lastCommit = nil } }

  /// Whether something has been committed since then.
  func hasCommitted(since time: ContinuousClock.Instant) -> Bool {
    state.withLock { $0.lastCommit.map { $0 >= time } ?? false }
  }

  /// Returns whether another process has committed since the last call.
  ///
  /// - Parameter revision: what the index has, read where none of this process's commits can come between.
  func takeChangesOfOthers(upTo revision: Int64) -> Bool {
    state.withLock { state in
      defer { (state.revision, state.hasChangesOfOthers) = (revision, false) }
      return state.hasChangesOfOthers || state.revision != revision
    }
  }
}

/// How much one commit does.
enum CommitBounds {
  /// A commit takes no more changes when it has written so many rows.
  static let rows = 2_000
  /// What writes no more than about so many rows is not taken for one that writes many.
  static let lightRows = 50
}
