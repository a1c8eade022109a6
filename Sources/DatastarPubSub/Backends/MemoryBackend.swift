import DatastarLocking

/// The default backend: everything in this process, nothing to install.
///
/// Payloads wait in one queue that whoever publishes first empties, so that all subscriptions see one order and no
/// closure runs while the lock is held.
public final class MemoryBackend: Backend {
  private let state = Locked(State())

  private struct State {
    var subscriptions: [Topic: [SubscriptionID: @Sendable (Payload) -> Void]] = [:]
    var topics: [SubscriptionID: Topic] = [:]
    var queue: [(topic: Topic, payload: Payload)] = []
    var isDelivering = false
    var isClosed = false
    var lastID: UInt64 = 0
  }

  /// A backend without subscriptions.
  public init() {}

  /// Publishes in one order for all subscriptions, on the thread of whichever publisher finds the queue idle.
  public func publish(_ payload: Payload, to topic: Topic) throws(PubSubError) {
    let delivers = try state.withLock { state throws(PubSubError) in
      guard !state.isClosed else { throw .closed }
      state.queue.append((topic, payload))
      defer { state.isDelivering = true }
      return !state.isDelivering
    }
    guard delivers else { return }
    while let queue = takeQueue() {
      for (topic, payload) in queue {
        for receive in receivers(of: topic) { receive(payload) }
      }
    }
  }

  /// Subscribes at once: nothing that is published later is missed.
  public func subscribe(
    to topic: Topic, _ receive: @escaping @Sendable (Payload) -> Void
  ) throws(PubSubError) -> SubscriptionID {
    try state.withLock { state throws(PubSubError) in
      guard !state.isClosed else { throw .closed }
      state.lastID += 1
      let id = SubscriptionID(state.lastID)
      state.subscriptions[topic, default: [:]][id] = receive
      state.topics[id] = topic
      return id
    }
  }

  /// Ends a subscription at once.
  public func unsubscribe(_ id: SubscriptionID) {
    state.withLock { state in
      guard let topic = state.topics.removeValue(forKey: id) else { return }
      state.subscriptions[topic]?[id] = nil
      if state.subscriptions[topic]?.isEmpty == true { state.subscriptions[topic] = nil }
    }
  }

  /// Ends every subscription; what waits to be delivered is dropped.
  public func close() {
    state.withLock { state in
      state.isClosed = true
      state.subscriptions = [:]
      state.topics = [:]
      state.queue = []
    }
  }

  /// Takes all that waits: one after the other out of an array would be moving those behind it each time.
  private func takeQueue() -> [(topic: Topic, payload: Payload)]? {
    state.withLock { state in
      guard !state.queue.isEmpty else {
        state.isDelivering = false
        return nil
      }
      defer { state.queue = [] }
      return state.queue
    }
  }

  /// Who is subscribed when a payload's turn has come: nobody who left before it, or after ``close()``.
  private func receivers(of topic: Topic) -> [@Sendable (Payload) -> Void] {
    state.withLock { state in state.subscriptions[topic].map { Array($0.values) } ?? [] }
  }
}
