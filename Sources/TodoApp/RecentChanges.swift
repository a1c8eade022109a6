import Locking
import Todos

/// What has been committed of late, for those who come back to a topic that nobody was on meanwhile.
///
/// Holds so much at most, and forgets the oldest first.
final class RecentChanges: Sendable {
  private let state = Locked(State())
  private let sizeLimit: Int

  private struct State {
    var changes: [CommittedChange] = []
    /// How many of them have been forgotten, and are still there.
    var forgotten = 0
    var size = 0
  }

  /// - Parameter sizeLimit: in bytes, about.
  init(sizeLimit: Int = 1024 * 1024) {
    self.sizeLimit = sizeLimit
  }

  /// Adds changes in the order of their commits.
  func add(_ changes: [CommittedChange]) {
    state.withLock { state in
      for change in changes {
        state.changes.append(change)
        state.size += change.size
      }
      while state.size > sizeLimit, state.forgotten < state.changes.count {
        state.size -= state.changes[state.forgotten].size
        state.forgotten += 1
      }
      // Not one by one, each of which would move all others.
      if state.forgotten > state.changes.count / 2 {
        state.changes.removeFirst(state.forgotten)
        state.forgotten = 0
      }
    }
  }

  /// Returns the changes that lead from a revision of a topic to a later one; none where they are not all here.
  func changes(of topic: LiveTopic, after revision: Int64) -> [CommittedChange] {
    state.withLock { state in
      let kept = state.changes[state.forgotten...]
      switch topic {
      case .index: return Array(kept.drop { $0.revision <= revision }).startingAfter(revision) { $0.revision - 1 }
      case .list(let name):
        return kept.filter { $0.list.name == name && $0.revision > revision }.startingAfter(revision) {
          $0.previousRevision
        }
      }
    }
  }
}

extension CommittedChange {
  /// About how many bytes the change takes.
  fileprivate var size: Int {
    todos.reduce(200 + 8 * removed.count) { $0 + 64 + $1.todo.title.utf8.count }
  }
}

extension [CommittedChange] {
  /// The changes, if the first one leads on from a revision.
  fileprivate func startingAfter(_ revision: Int64, _ from: (CommittedChange) -> Int64) -> [CommittedChange] {
    first.map(from) == revision ? self : []
  }
}
