import DatastarLocking

/// Knows which local connections are on which topic, and routes to them what the backend brings.
///
/// The backend is subscribed to with a topic's first local subscriber and left with its last.
public final class Manager: Sendable {
  let configuration: Configuration
  let state = Locked(State())
  /// Held during the backend's calls, so that a connection is on its topic when `subscribe` returns and a last leaving
  /// cannot undo a first joining; the backend never calls back inside them.
  private let subscriptions = Locked(Subscriptions())
  private let observers: Locked<Observers>

  struct State {
    var topics: [Topic: TopicState] = [:]
    var connections: [Connection.ID: Membership] = [:]

    func outlets(of topic: Topic) -> [any Outlet] { topics[topic]?.subscribers.outlets ?? [] }
  }

  struct TopicState {
    var subscribers = Subscribers()
    var history: TopicHistory
    /// What the application has been asked, and for whom.
    var question: (version: Payload.Version?, answer: Task<Frame?, any Error>)?
    /// How often in a row its answers have led nobody to the newest state.
    var failedAnswers = 0
  }

  /// Where a connection is.
  struct Membership {
    let outlet: any Outlet
    var topics: Set<Topic> = []
  }

  private struct Subscriptions {
    /// The topics that the backend is subscribed to.
    var ids: [Topic: SubscriptionID] = [:]
    var isClosed = false
  }

  /// Creates a manager; the configuration's callbacks are called without any lock held.
  public init(_ configuration: Configuration) {
    self.configuration = configuration
    observers = Locked(Observers(joins: [configuration.onSubscribe], leaves: [configuration.onUnsubscribe]))
  }

  /// How many messages may wait for a slow connection, see ``Configuration/messageLimit``.
  public var messageLimit: Int { configuration.messageLimit }

  /// Returns how many local connections are on a topic.
  public func subscriberCount(of topic: Topic) -> Int {
    state.withLock { $0.topics[topic]?.subscribers.count ?? 0 }
  }

  /// The topics that have local subscribers, in no order.
  public var topics: [Topic] {
    state.withLock { Array($0.topics.keys) }
  }

  /// The newest state of a topic that is known of here; nil where none is, or nobody is on the topic.
  public func version(of topic: Topic) -> Payload.Version? {
    state.withLock { $0.topics[topic]?.history.newest }
  }

  /// Subscribes a connection to a topic: every frame that is published after this call reaches it.
  ///
  /// Subscribing twice is one subscription.
  ///
  /// - Throws: ``PubSubError/closed`` after ``Broadcaster/close()``, and what the backend throws on a topic's first
  ///   subscription; the connection is not on the topic then.
  public func subscribe(_ connection: Connection, to topic: Topic) throws(PubSubError) {
    let isNew = try subscriptions.withLock { subscriptions throws(PubSubError) in
      guard !subscriptions.isClosed else { throw .closed }
      if subscriptions.ids[topic] == nil {
        subscriptions.ids[topic] = try configuration.backend.subscribe(to: topic) { [weak self] payload in
          self?.deliver(payload, to: topic)
        }
      }
      return state.withLock { state in
        state.connections[connection.id, default: Membership(outlet: connection.outlet)].topics.insert(topic)
        let new = TopicState(history: TopicHistory(sizeLimit: configuration.keptDeltaBytes))
        return state.topics[topic, default: new].subscribers.insert(connection)
      }
    }
    if isNew { for didJoin in observers.withLock(\.joins) { didJoin(topic, connection.id) } }
  }

  /// Takes a connection off a topic, whoever put it there: nothing that is published after this call reaches it.
  ///
  /// One that is not on the topic is no error.
  public func unsubscribe(_ id: Connection.ID, from topic: Topic) {
    let outlet = state.withLock { $0.connections[id]?.outlet }
    leave(topic, id)
    outlet?.unsubscribe(id, from: topic)
  }

  /// Takes a connection off every topic it is on, and ends it: a stream's client sees the end of its response.
  ///
  /// One that has ended already is no error.
  public func disconnect(_ id: Connection.ID) {
    let outlet = state.withLock { $0.connections[id]?.outlet }
    remove(id)
    outlet?.disconnect(id)
  }

  /// Forgets a connection that has ended.
  package func remove(_ id: Connection.ID) {
    for topic in state.withLock({ $0.connections[id]?.topics ?? [] }) { leave(topic, id) }
    state.withLock { $0.connections[id] = nil }
  }

  private func leave(_ topic: Topic, _ id: Connection.ID) {
    let left = subscriptions.withLock { subscriptions in
      let (left, isLast) = state.withLock { state in
        state.connections[id]?.topics.remove(topic)
        // Other outlets say when a connection of theirs has ended; until then it can be ended from here.
        if let membership = state.connections[id], membership.topics.isEmpty, membership.outlet is Sink {
          state.connections[id] = nil
        }
        let left = state.topics[topic]?.subscribers.remove(id) ?? false
        let isLast = state.topics[topic]?.subscribers.isEmpty == true
        if isLast { state.topics[topic] = nil }
        return (left, isLast)
      }
      if isLast, let subscription = subscriptions.ids.removeValue(forKey: topic) {
        configuration.backend.unsubscribe(subscription)
      }
      return left
    }
    if left { for didLeave in observers.withLock(\.leaves) { didLeave(topic, id) } }
  }

  /// Takes no more subscriptions, and tells every outlet.
  package func close() {
    subscriptions.withLock { $0.isClosed = true }
    let outlets = state.withLock { state in
      Dictionary(state.connections.values.map { (ObjectIdentifier($0.outlet), $0.outlet) }) { first, _ in first }
    }
    for outlet in outlets.values { outlet.close() }
  }
}

// MARK: - Observers

extension Manager {
  /// Is told of a connection that has joined a topic or left it.
  public typealias Observer = @Sendable (Topic, Connection.ID) -> Void

  private struct Observers {
    var joins: [Observer]
    var leaves: [Observer]
  }

  /// Calls `act` after each joining of a topic from now on, beside all who are told of it already.
  ///
  /// It is called on the thread of who subscribes, with no lock held, and stays for as long as the manager.
  public func onSubscribe(_ act: @escaping Observer) { observers.withLock { $0.joins.append(act) } }

  /// Calls `act` after each leaving of a topic from now on, however the connection left; see ``onSubscribe(_:)``.
  public func onUnsubscribe(_ act: @escaping Observer) { observers.withLock { $0.leaves.append(act) } }
}
