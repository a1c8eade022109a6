import DatastarLocking
import DatastarPubSub
import Logging
import TodoStorage

/// Finds what has been committed and never been told of here, and has the streams caught up by it.
///
/// A server may have ended between a commit and its broadcast. A commit whose answer was lost may have been made all the
/// same, also long after it was given up. And where no broker joins the servers on one database, neither hears of what
/// the other commits: this says so in the log, once. What is shown is late then, and not old for ever.
final class UntoldChanges: Sendable {
  private let store: any TodoStore
  private let broadcaster: Broadcaster
  private let logger: Logger
  private let state = Locked(State())

  private struct State {
    var looking: Task<Void, Never>?
    /// The revision of the index at the last look.
    var revision: Int64?
    var isWarned = false
  }

  private static let pause = Duration.milliseconds(500)
  /// What has been committed by then, and can be, is told of.
  private static let patience = Duration.milliseconds(500)
  /// So many topics are asked for at a time: whoever else asks meanwhile does not wait for more.
  private static let batch = 64
  /// Looking takes no more than so great a part of the time.
  private static let share = 10

  init(store: any TodoStore, broadcaster: Broadcaster, logger: Logger) {
    (self.store, self.broadcaster, self.logger) = (store, broadcaster, logger)
    let looking = Task { await look() }
    state.withLock { $0.looking = looking }
  }

  private func look() async {
    var pause = Self.pause
    var isBehind = false
    while (try? await Task.sleep(for: pause)) != nil {
      do {
        guard try await hasNews() || isBehind else { continue }
        isBehind = true
        let begin = ContinuousClock.now
        let stored = try await versions(of: broadcaster.topics)
        pause = max(Self.pause, (.now - begin) * Self.share)
        try await Task.sleep(for: Self.patience)
        for (topic, version) in stored { await broadcaster.fetch(version, of: topic) }
        isBehind = false
      } catch {
        // The store says itself that it fails, and is asked again.
      }
    }
  }

  /// Whether something has been committed since the last call that may not have been told of.
  private func hasNews() async throws -> Bool {
    if broadcaster.status != nil {
      let revision = try await store.state()?.revision
      return state.withLock { state in
        defer { state.revision = revision }
        return state.revision != revision
      }
    }
    guard try await store.takeChangesOfOthers() else { return false }
    let isFirst = state.withLock { state in
      defer { state.isWarned = true }
      return !state.isWarned
    }
    if isFirst {
      logger.warning(
        "another process changes the database: without a broker that joins both (--pubsub), pages here show it late",
        metadata: ["database": "\(store.location)"])
    }
    return true
  }

  /// The stored version of what is shown by each topic.
  private func versions(of topics: [Topic]) async throws -> [(Topic, Payload.Version)] {
    let shown = topics.compactMap(LiveTopic.init)
    var versions: [(Topic, Payload.Version)] = []
    for start in stride(from: 0, to: shown.count, by: Self.batch) {
      try await withThrowingTaskGroup { group in
        for topic in shown[start...].prefix(Self.batch) {
          group.addTask { (topic.topic, Payload.Version(revision: try await self.revision(of: topic))) }
        }
        for try await version in group { versions.append(version) }
      }
    }
    return versions
  }

  private func revision(of topic: LiveTopic) async throws -> Int64 {
    switch topic {
    case .index: return try await store.state()?.revision ?? 0
    case .list(let name):
      if let state = try await store.state(of: name) { return state.revision }
      // Of a list that is gone, the one that its end had.
      return try await store.list(name).revision
    }
  }

  /// Ends it, before the store is closed.
  func close() async {
    let task = state.withLock { $0.looking }
    task?.cancel()
    await task?.value
  }
}
