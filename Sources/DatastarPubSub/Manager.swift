import Locking

/// Knows which local connections are on which topic, and routes to them what the backend brings.
///
/// The backend is subscribed to with a topic's first local subscriber and left with its last.
public final class Manager: Sendable {
  private let backend: any Backend
  private let onSubscribe: @Sendable (Topic, Connection.ID) -> Void
  private let onUnsubscribe: @Sendable (Topic, Connection.ID) -> Void
  private let state = Locked(State())
  /// The topics that the backend is subscribed to. Held during its calls, so that a connection is on its topic when
  /// `subscribe` returns and a last leaving cannot undo a first joining; the backend never calls back inside them.
  private let subscriptions = Locked<[Topic: SubscriptionID]>([:])

  private struct State {
    var topics: [Topic: TopicState] = [:]
    var topicsOfConnections: [Connection.ID: Set<Topic>] = [:]

    func outlets(of topic: Topic) -> [any Outlet] { topics[topic]?.subscribers.outlets ?? [] }
  }

  private struct TopicState {
    var subscribers = Subscribers()
    /// The newest state that has been published.
    var retained: Frame?
  }

  /// Makes a manager over a backend; the callbacks are called without any lock held.
  public init(
    backend: any Backend,
    onSubscribe: @escaping @Sendable (Topic, Connection.ID) -> Void = { _, _ in },
    onUnsubscribe: @escaping @Sendable (Topic, Connection.ID) -> Void = { _, _ in }
  ) {
    self.backend = backend
    self.onSubscribe = onSubscribe
    self.onUnsubscribe = onUnsubscribe
  }

  /// How many local connections are on a topic.
  public func subscriberCount(of topic: Topic) -> Int {
    state.withLock { $0.topics[topic]?.subscribers.count ?? 0 }
  }

  /// The topics that have local subscribers, in no order.
  public var topics: [Topic] {
    state.withLock { Array($0.topics.keys) }
  }

  /// The newest state that a topic has shown since its first local subscriber came, for those that come later; nil
  /// before it has shown any.
  ///
  /// A change that is stored may be on its way still; a connection that has subscribed before it asks cannot miss it.
  public func retained(_ topic: Topic) -> Frame? {
    state.withLock { $0.topics[topic]?.retained }
  }

  /// Puts a connection on a topic: every frame that is published after this call reaches it.
  ///
  /// Subscribing twice is one subscription.
  ///
  /// - Throws: what the backend throws on a topic's first subscription; the connection is not on the topic then.
  public func subscribe(_ connection: Connection, to topic: Topic) throws(PubSubError) {
    let isNew = try subscriptions.withLock { subscriptions throws(PubSubError) in
      if subscriptions[topic] == nil {
        subscriptions[topic] = try backend.subscribe(to: topic) { [weak self] payload in
          self?.deliver(payload, to: topic)
        }
      }
      return state.withLock { state in
        state.topicsOfConnections[connection.id, default: []].insert(topic)
        return state.topics[topic, default: TopicState()].subscribers.insert(connection)
      }
    }
    if isNew { onSubscribe(topic, connection.id) }
  }

  /// Takes a connection off a topic. One that is not on it is no error.
  public func unsubscribe(_ id: Connection.ID, from topic: Topic) {
    let left = subscriptions.withLock { subscriptions in
      let (left, isLast) = state.withLock { state in
        state.topicsOfConnections[id]?.remove(topic)
        if state.topicsOfConnections[id]?.isEmpty == true { state.topicsOfConnections[id] = nil }
        let left = state.topics[topic]?.subscribers.remove(id) ?? false
        let isLast = state.topics[topic]?.subscribers.isEmpty == true
        if isLast { state.topics[topic] = nil }
        return (left, isLast)
      }
      if isLast, let subscription = subscriptions.removeValue(forKey: topic) { backend.unsubscribe(subscription) }
      return left
    }
    if left { onUnsubscribe(topic, id) }
  }

  /// Takes a connection off every topic it is on.
  public func remove(_ id: Connection.ID) {
    for topic in state.withLock({ $0.topicsOfConnections[id] ?? [] }) { unsubscribe(id, from: topic) }
  }
}

// MARK: - Delivery

extension Manager {
  /// Makes one frame of a payload and hands it to all of the topic's local connections, once to each outlet.
  ///
  /// What the backend brings comes here, and what other processes are not to have.
  public func deliver(_ payload: Payload, to topic: Topic) {
    let (frame, outlets) = state.withLock { state in
      let retained = state.topics[topic]?.retained
      guard let version = payload.version else { return (Frame(payload), state.outlets(of: topic)) }
      let frame = Frame(payload, after: retained)
      // Two servers may publish in the other order than they changed the state.
      if let shown = retained?.payload.version, version <= shown { return (frame, []) }
      state.topics[topic]?.retained = frame
      return (frame, state.outlets(of: topic))
    }
    for outlet in outlets where outlet.deliver(frame, of: topic) == .gone {
      for id in state.withLock({ $0.topics[topic]?.subscribers.connections(at: outlet) ?? [] }) { remove(id) }
    }
  }

  /// Returns when what a topic's connections have been handed so far has been sent.
  ///
  /// For publishers of states that replace each other: whoever makes the next one only then makes none that nobody
  /// has the time to take.
  public func settle(_ topic: Topic) async {
    for outlet in state.withLock({ $0.outlets(of: topic) }) { await outlet.settle() }
  }
}
