import DatastarPubSub
import Locking
import Logging
import Todos

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

/// Shows the store's state to all that are on a topic.
///
/// A change marks its topics; each is then rendered from the store and broadcast whole. One render of a topic is under
/// way at a time, and a topic that changed meanwhile is rendered once more after it: every change is followed by a
/// broadcast that shows it, and a burst of changes shares a few, at the pace at which they can be sent. Those who come
/// later are shown the frame that was broadcast last. A render or a broadcast that fails is tried again until it
/// succeeds, so that no page stays behind when the store and the backend are available again.
final class LiveTopics: Sendable {
  private let store: TodoStore
  private let views: Views
  private let broadcaster: Broadcaster
  private let logger: Logger
  private let state = Locked(State())

  private struct State {
    var renders: [LiveTopic: Render] = [:]
    /// What tries again for topics whose last render or broadcast has failed.
    var retries: [LiveTopic: Task<Void, Never>] = [:]
  }

  /// A render that is under way, and who waits for it.
  private struct Render {
    var waiting: [Waiter] = []
    /// Set once the topic has changed since the render began: who waits for one that shows the change.
    var waitingForNext: [Waiter]?
  }

  private typealias Waiter = CheckedContinuation<Result<Frame, TodosError>, Never>

  init(store: TodoStore, views: Views, broadcaster: Broadcaster, logger: Logger) {
    (self.store, self.views, self.broadcaster, self.logger) = (store, views, broadcaster, logger)
    broadcaster.onGap { [weak self] topic in
      if let topic = LiveTopic(topic) { self?.begin(topic, isChanged: true) }
    }
  }

  /// Brings all that is shown in step with a change, soon and without being waited for.
  func changed(_ change: Change) {
    guard change.didChange else { return }
    for topic in Self.showing(change.list) { refresh(topic) }
    guard let deletion = change.deletion else { return }
    let offer = views.offerToUndo(deletion)
    broadcaster.publish(offer, to: LiveTopic.list(change.list).topic)
    if case .list = deletion.subject { broadcaster.publish(offer, to: LiveTopic.index.topic) }
  }

  /// Brings all in step with an undo, and takes the offer to undo away.
  func undone(_ deletion: DeletionID, by change: Change) {
    changed(change)
    for topic in Self.showing(change.list) { broadcaster.publish(views.offerTaken(deletion), to: topic.topic) }
  }

  /// The state of a topic, for somebody who has subscribed to it: the frame that was shown last while it is what is
  /// stored, otherwise one that is rendered for all who wait at the same time.
  func current(_ topic: LiveTopic) async throws(TodosError) -> Frame {
    if let frame = broadcaster.manager.retained(topic.topic), let shown = frame.payload.version?.revision,
      try revision(of: topic) == shown
    {
      return frame
    }
    return try await withCheckedContinuation { waiter in begin(topic, isChanged: false, waiter) }.get()
  }

  private static let longestPause = Duration.milliseconds(100)
  private static let firstRetry = Duration.milliseconds(100)
  private static let slowestRetry = Duration.seconds(2)

  private static func showing(_ list: ListName) -> [LiveTopic] { [.list(list), .index] }

  private func refresh(_ topic: LiveTopic) {
    // Whoever comes later asks for the state on their own, after they have subscribed.
    if isWatched(topic) { begin(topic, isChanged: true) }
  }

  /// Whether somebody may see a topic: nobody knows of those at other servers.
  private func isWatched(_ topic: LiveTopic) -> Bool {
    broadcaster.link != nil || broadcaster.manager.subscriberCount(of: topic.topic) > 0
  }

  private func revision(of topic: LiveTopic) throws(TodosError) -> Int64? {
    switch topic {
    case .list(let name): try store.revision(of: name)
    case .index: try store.latestRevision()
    }
  }
}

// MARK: - Rendering

extension LiveTopics {
  /// Renders a topic, or joins the render that is under way, or the one after it.
  private func begin(_ topic: LiveTopic, isChanged: Bool, _ waiter: Waiter? = nil) {
    let waiters = waiter.map { [$0] } ?? []
    let isFirst = state.withLock { state in
      guard var render = state.renders[topic] else {
        state.renders[topic] = Render(waiting: waiters)
        return true
      }
      if isChanged || render.waitingForNext != nil {
        render.waitingForNext = (render.waitingForNext ?? []) + waiters
      } else {
        render.waiting += waiters
      }
      state.renders[topic] = render
      return false
    }
    guard isFirst else { return }
    Task {
      var isDue = true
      while isDue {
        let result = await show(topic)
        let waiting: [Waiter]
        (waiting, isDue) = end(topic)
        for waiter in waiting { waiter.resume(returning: result) }
        if isDue { await pause(topic) }
      }
    }
  }

  private func show(_ topic: LiveTopic) async -> Result<Frame, TodosError> {
    do {
      let payload = try await render(topic)
      if broadcaster.publish(payload, to: topic.topic) {
        state.withLock { $0.retries.removeValue(forKey: topic)?.cancel() }
      } else {
        tryAgain(topic)
      }
      // Where the broadcast has been dropped, or is on its way still, the retained frame is an old one.
      let retained = broadcaster.manager.retained(topic.topic)
      return .success(retained.flatMap { $0.payload.isOlder(than: payload) ? nil : $0 } ?? Frame(payload))
    } catch {
      logger.error("a topic cannot be shown", metadata: ["topic": "\(topic.topic)", "error": "\(error)"])
      tryAgain(topic)
      return .failure(error)
    }
  }

  private func tryAgain(_ topic: LiveTopic) {
    state.withLock { $0.retries[topic] = $0.retries[topic] ?? retry(topic) }
  }

  private func render(_ topic: LiveTopic) async throws(TodosError) -> Payload {
    switch topic {
    case .list(let name): views.frame(of: try await store.list(name))
    case .index: views.frame(of: try await store.lists())
    }
  }

  /// Waits until a broadcast has been sent, and then for as long again: in a burst of changes half of the time is left
  /// for the commands that make it.
  private func pause(_ topic: LiveTopic) async {
    let sending = await ContinuousClock().measure { await broadcaster.manager.settle(topic.topic) }
    try? await Task.sleep(for: min(sending, Self.longestPause))
  }

  /// Ends a render, and answers who has waited for it and whether another one is due.
  private func end(_ topic: LiveTopic) -> (waiting: [Waiter], isDueAgain: Bool) {
    state.withLock { state in
      let render = state.renders[topic]
      state.renders[topic] = render?.waitingForNext.map { Render(waiting: $0) }
      return (render?.waiting ?? [], render?.waitingForNext != nil)
    }
  }

  /// Renders a topic again and again, until that has succeeded or nobody is there to see it.
  private func retry(_ topic: LiveTopic) -> Task<Void, Never> {
    Task {
      var pause = Self.firstRetry
      // Sleeping ends with an error once a render has succeeded.
      while (try? await Task.sleep(for: pause)) != nil {
        pause = min(pause * 2, Self.slowestRetry)
        guard isWatched(topic) else {
          // Within the lock, so that what takes this one's place after a success is not taken for it.
          return state.withLock { state in if !Task.isCancelled { state.retries[topic] = nil } }
        }
        begin(topic, isChanged: false)
      }
    }
  }
}

extension Payload {
  fileprivate func isOlder(than other: Payload) -> Bool {
    guard let version, let newer = other.version else { return false }
    return version < newer
  }
}
