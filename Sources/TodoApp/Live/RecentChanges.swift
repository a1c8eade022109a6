import DatastarLocking
import TodoStorage

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
    /// The newest change that has been told of.
    var newest: CommittedChange?
    /// Who waits for a later one.
    var waiting: [UInt64: Waiting] = [:]
  }

  private struct Waiting {
    let revision: Int64
    let topic: LiveTopic
    let caller: CheckedContinuation<Void, Never>

    func isAnswered(by change: CommittedChange) -> Bool {
      change.revision(of: topic) >= revision
    }
  }

  private let numbers = IDGenerator()
  /// The database may have been changed by another process, whose changes nobody tells of.
  private static let patience = Duration.milliseconds(50)

  /// - Parameter sizeLimit: in bytes, about.
  init(sizeLimit: Int = 1024 * 1024) {
    self.sizeLimit = sizeLimit
  }

  /// Adds changes in the order of their commits.
  func add(_ changes: [CommittedChange]) {
    let reached = state.withLock { state in
      for change in changes {
        state.changes.append(change)
        state.size += change.size
        state.newest = change
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
      guard let newest = state.newest else { return [:] as [UInt64: Waiting] }
      let reached = state.waiting.filter { $0.value.isAnswered(by: newest) }
      for number in reached.keys { state.waiting[number] = nil }
      return reached
    }
    for waiting in reached.values { waiting.caller.resume() }
  }

  /// Returns when the change to a revision of a topic has been added, or after a moment.
  func reach(_ revision: Int64, of topic: LiveTopic) async {
    await withCheckedContinuation { caller in
      let number = numbers.next()
      let isThere = state.withLock { state in
        let waiting = Waiting(revision: revision, topic: topic, caller: caller)
        if let newest = state.newest, waiting.isAnswered(by: newest) { return true }
        state.waiting[number] = waiting
        return false
      }
      guard !isThere else { return caller.resume() }
      Task {
        try? await Task.sleep(for: Self.patience)
        state.withLock { $0.waiting.removeValue(forKey: number) }?.caller.resume()
      }
    }
  }

  /// Returns the changes that lead from a revision of a topic to a later one, put together where they can be; none where
  /// they are not all here.
  func changes(of topic: LiveTopic, after revision: Int64) -> [CommittedChange] {
    let kept = kept(of: topic, after: revision)
    return switch topic {
    case .index: kept.startingAfter(revision) { $0.indexRevision - 1 }
    case .list: kept.startingAfter(revision) { $0.previousRevision }.merged
    }
  }

  /// Returns those of the changes of a topic since a revision that are here.
  func kept(of topic: LiveTopic, after revision: Int64) -> [CommittedChange] {
    state.withLock { state in
      let kept = state.changes[state.forgotten...]
      switch topic {
      case .index: return Array(kept.drop { $0.indexRevision <= revision })
      case .list(let name): return kept.filter { $0.list.name == name && $0.revision > revision }
      }
    }
  }
}

extension CommittedChange {
  /// The revision of a topic after the change: of that of its list, or of the index.
  func revision(of topic: LiveTopic) -> Int64 { topic == .index ? indexRevision : revision }

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
