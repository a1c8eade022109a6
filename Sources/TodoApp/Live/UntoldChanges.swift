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
  private let live: LiveState
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
  /// How many topics are looked at in a second at most, in the long run.
  private static let topicsPerSecond = 5_000
  /// So many are asked for at a time: whoever else asks meanwhile does not wait for more.
  private static let batch = 64

  init(_ live: LiveState, broadcaster: Broadcaster, logger: Logger) {
    (self.live, self.broadcaster, self.logger) = (live, broadcaster, logger)
    let looking = Task { await look() }
    state.withLock { $0.looking = looking }
  }

  private func look() async {
    var pause = Self.pause
    var isBehind = false
    while (try? await Task.sleep(for: pause)) != nil {
      // Where it cannot be asked, the store says so itself.
      if (try? await hasNews()) == true { isBehind = true }
      guard isBehind else { continue }
      let topics = broadcaster.topics.compactMap(LiveTopic.init)
      let states = await forEach(topics) { try await self.stored($0) }
      guard (try? await Task.sleep(for: Self.patience)) != nil else { return }
      let shown = await forEach(states.compactMap(\.self)) { try await self.show($0) }
      // One that fails, and what it had to show, is tried again with all others.
      isBehind = states.contains { $0 == nil } || shown.contains { $0 == nil }
      pause = max(Self.pause, .seconds(topics.count) / Self.topicsPerSecond)
    }
  }

  /// Does something for each, for several at a time; nil in place of what fails.
  private func forEach<Item: Sendable, Value: Sendable>(
    _ items: [Item], _ act: @escaping @Sendable (Item) async throws -> Value
  ) async -> [Value?] {
    var values: [Value?] = []
    for start in stride(from: 0, to: items.count, by: Self.batch) {
      await withTaskGroup(of: Value?.self) { group in
        for item in items[start...].prefix(Self.batch) { group.addTask { try? await act(item) } }
        for await value in group { values.append(value) }
      }
    }
    return values
  }

  /// Ends it, before the store is closed.
  func close() async {
    let task = state.withLock { $0.looking }
    task?.cancel()
    await task?.value
  }
}

// MARK: - What is stored

extension UntoldChanges {
  /// Whether something has been committed since the last call that may not have been told of.
  private func hasNews() async throws -> Bool {
    if broadcaster.status != nil {
      let revision = try await live.revision(of: .index)
      return state.withLock { state in
        defer { state.revision = revision }
        return state.revision != revision
      }
    }
    guard try await live.store.takeChangesOfOthers() else { return false }
    let isFirst = state.withLock { state in
      defer { state.isWarned = true }
      return !state.isWarned
    }
    if isFirst {
      logger.warning(
        "another process changes the database: without a broker that joins both (--pubsub), pages here show it late",
        metadata: ["database": "\(live.store.location)"])
    }
    return true
  }

  /// What a topic has to show at least.
  private enum Stored {
    case version(Payload.Version, Topic)
    /// A list that is gone, and has left no revision that is newer than what is shown.
    case nothing(Payload, Topic)
  }

  private func stored(_ topic: LiveTopic) async throws -> Stored {
    // First, so that what is stored is as new at least.
    let shown = broadcaster.version(of: topic.topic)
    if let revision = try await live.revision(of: topic) { return .version(.init(revision: revision), topic.topic) }
    guard case .list(let name) = topic else { return .version(.init(revision: 0), topic.topic) }
    // Of a list that is gone, at the revision of its end, which is forgotten with the deletion.
    let list = try await live.store.list(name)
    guard !list.exists, let shown, shown.revision > list.revision, shown.sequence == 0 else {
      return .version(.init(revision: list.revision), topic.topic)
    }
    let version = Payload.Version(revision: shown.revision, sequence: 1)
    return .nothing(live.views.frame(of: list, version: version), topic.topic)
  }

  private func show(_ stored: Stored) async throws {
    switch stored {
    case .version(let version, let topic): try await broadcaster.fetch(version, of: topic)
    case .nothing(let payload, let topic): broadcaster.deliver(payload, to: topic)
    }
  }
}
