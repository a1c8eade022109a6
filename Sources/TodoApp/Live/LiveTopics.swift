import DatastarLocking
import DatastarPubSub
import Logging
import TodoStorage

/// What is shown live, each by a topic of its own.
enum LiveTopic: Hashable, Sendable {
  /// One list with its todos.
  case list(ListName)
  /// All lists with their counts.
  case index

  var topic: Topic {
    switch self {
    case .list(let name): "\(Self.prefix)\(name)"
    case .index: "lists"
    }
  }

  private static let prefix = "todos:"

  /// The topic as it may stand in a log.
  var logged: String { ListName.withoutUnlisted(topic.name) }

  /// What is shown by a topic; nil for topics of another kind.
  init?(_ topic: Topic) {
    if topic == Self.index.topic {
      self = .index
    } else if let name = topic.list(after: Self.prefix) {
      self = .list(name)
    } else {
      return nil
    }
  }
}

/// Broadcasts what has been committed to all that are on a topic.
///
/// It follows the store's feed. Each change is broadcast as a delta, or the topic is shown whole where that is better:
/// see `DeltaViews`. One broadcast of a topic is under way at a time; what is committed meanwhile shares the next, at
/// the pace at which they can be sent. One that fails is made up for by showing the topic whole, again and again until
/// that succeeds, so that no page stays behind when the store and the backend are available again.
final class LiveTopics: Sendable {
  private let live: LiveState
  private let broadcaster: Broadcaster
  private let logger: Logger
  /// How long it takes to render what is broadcast.
  let renderTimes = Histogram(bounds: [0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.1])
  /// How long it takes from a commit until all that follow it have been handed it.
  let broadcastTimes = Histogram(bounds: [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5])
  private let state = Locked(State())

  private struct State {
    /// What waits to be broadcast on each topic on which a broadcast is under way.
    var waiting: [LiveTopic: Work] = [:]
    /// What tries again for topics whose last broadcast has failed.
    var retries: [LiveTopic: Task<Void, Never>] = [:]
  }

  /// What is to be broadcast on a topic.
  private struct Work {
    var changes: [CommittedChange] = []
    /// Whether the topic has to be shown whole, whatever has changed.
    var isWhole = false
    /// When the first of it was to be broadcast.
    var start = ContinuousClock.now

    var isEmpty: Bool { changes.isEmpty && !isWhole }

    mutating func add(_ other: Work) {
      if isEmpty { start = other.start }
      changes += other.changes
      isWhole = isWhole || other.isWhole
    }
  }

  init(_ live: LiveState, broadcaster: Broadcaster, logger: Logger) {
    (self.live, self.broadcaster, self.logger) = (live, broadcaster, logger)
    broadcaster.onMissedUpdates { [weak self] topic in
      if let topic = LiveTopic(topic) { self?.begin(topic, Work(isWhole: true)) }
    }
    let commits = live.store.committedChanges()
    Task { [weak self] in
      for await changes in commits {
        live.recent.add(changes)
        self?.broadcast(changes)
      }
    }
  }

  private func broadcast(_ changes: [CommittedChange]) {
    for (topic, changes) in Dictionary(grouping: changes, by: { LiveTopic.list($0.list.name) }) {
      broadcast(changes, on: topic)
    }
    broadcast(changes, on: .index)
  }

  private func broadcast(_ changes: [CommittedChange], on topic: LiveTopic) {
    // Whoever comes later asks for the state on their own, after they have subscribed.
    if isWatched(topic) { begin(topic, Work(changes: changes)) }
  }

  /// Whether somebody may see a topic: nobody knows of those at other servers.
  private func isWatched(_ topic: LiveTopic) -> Bool {
    broadcaster.status != nil || broadcaster.subscriberCount(of: topic.topic) > 0
  }

  private static let longestPause = Duration.milliseconds(100)
  private static let firstRetry = Duration.milliseconds(100)
  private static let slowestRetry = Duration.seconds(2)
}

// MARK: - Broadcasting

extension LiveTopics {
  /// Broadcasts on a topic, after what is under way.
  private func begin(_ topic: LiveTopic, _ work: Work) {
    let isFirst = state.withLock { state in
      let isFirst = state.waiting[topic] == nil
      state.waiting[topic, default: Work()].add(work)
      return isFirst
    }
    guard isFirst else { return }
    Task {
      while let work = next(topic) {
        await show(topic, work)
        if hasMore(topic) { await pause(topic) }
      }
    }
  }

  /// Takes what waits on a topic; nil, and no broadcast is under way any more, where nothing does.
  private func next(_ topic: LiveTopic) -> Work? {
    state.withLock { state in
      guard let work = state.waiting[topic], !work.isEmpty else {
        state.waiting[topic] = nil
        return nil
      }
      state.waiting[topic] = Work()
      return work
    }
  }

  private func hasMore(_ topic: LiveTopic) -> Bool { state.withLock { $0.waiting[topic]?.isEmpty == false } }

  private func show(_ topic: LiveTopic, _ work: Work) async {
    do {
      let begin = ContinuousClock.now
      let isPublished = try await live.update(
        topic, work.changes, isWhole: work.isWhole, announce: { broadcaster.announce($0, of: topic.topic) }
      ) { [broadcaster, renderTimes] payload in
        renderTimes.record(.now - begin)
        return broadcaster.publish(payload, to: topic.topic)
      }
      guard isPublished else { return tryAgain(topic) }
      broadcastTimes.record(.now - work.start)
      if work.isWhole { state.withLock { $0.retries.removeValue(forKey: topic)?.cancel() } }
    } catch {
      logger.error("a topic cannot be shown", metadata: ["topic": "\(topic.logged)", "error": "\(error)"])
      tryAgain(topic)
    }
    for offer in work.changes.compactMap({ live.offer($0, on: topic) }) { broadcaster.publish(offer, to: topic.topic) }
  }

  /// Waits until a broadcast has been sent, and then for as long again: in a burst of changes half of the time is left
  /// for the commands that make it.
  private func pause(_ topic: LiveTopic) async {
    let sending = await ContinuousClock().measure { await broadcaster.waitUntilSent(topic.topic) }
    try? await Task.sleep(for: min(sending, Self.longestPause))
  }

  private func tryAgain(_ topic: LiveTopic) {
    state.withLock { $0.retries[topic] = $0.retries[topic] ?? retry(topic) }
  }

  /// Shows a topic again and again, until that has succeeded or nobody is there to see it.
  private func retry(_ topic: LiveTopic) -> Task<Void, Never> {
    Task {
      var pause = Self.firstRetry
      // Sleeping ends with an error once a broadcast has succeeded.
      while (try? await Task.sleep(for: pause)) != nil {
        pause = min(pause * 2, Self.slowestRetry)
        guard isWatched(topic) else {
          // Within the lock, so that what takes this one's place after a success is not taken for it.
          return state.withLock { state in if !Task.isCancelled { state.retries[topic] = nil } }
        }
        begin(topic, Work(isWhole: true))
      }
    }
  }
}
