import DatastarLocking
import DatastarPubSub
import Dispatch
import LibeventHTTP

/// Joins the processes of one application over a broker that exists already: what `RedisBackend`, `NATSBackend` and
/// `PostgreSQLBackend` are, each with its trait.
///
/// What is published reaches this process's own subscriptions at once, whether the broker is there or not, and those of
/// other processes through it. It is connected to in the background, on a thread of its own, and again after each
/// failure. It keeps nothing: of what was published while it was away, ``onMissedUpdates(_:)`` tells the topics. A state
/// that is too large for it goes as its version, as one that is announced does, of which ``onNewerState(_:)`` tells; a
/// message that is too large is dropped and reported.
public final class BrokerBackend<Address: Sendable>: Backend {
  private let memory = MemoryBackend()
  private let loop: EventLoop
  private let link: BrokerLink
  private let state = Locked(State())

  private struct State {
    var topics: [SubscriptionID: Topic] = [:]
    var subscriptions: [Topic: Int] = [:]
    var onError: @Sendable (PubSubError) -> Void = { _ in }
    var onRecovery: @Sendable () -> Void = {}
    var onMissedUpdates: [@Sendable (Topic) -> Void] = []
    var onNewerState: [@Sendable (Topic, Payload.Version) -> Void] = []
    var isUp = false
    /// Why it is not, once that is known.
    var failure: String?
    var isClosed = false
  }

  /// Begins to connect.
  ///
  /// - Throws: `PubSubError.backend` where the system has no thread for it.
  init(to broker: any Broker) throws(PubSubError) {
    do { loop = try EventLoop() } catch { throw .backend("\(error)") }
    link = BrokerLink(to: broker, on: loop)
    let callbacks = BrokerLink.Callbacks(
      received: { [memory] payload, topic in try? memory.publish(payload, to: topic) },
      newer: { [weak self] version, topic in self?.tellNewerState(version, of: topic) },
      gap: { [weak self] topic in self?.tellGap(of: topic) },
      changed: { [weak self] failure in self?.tellChange(failure) },
      dropped: { [weak self] reason in self?.tellDropped(reason) })
    loop.execute { [link] in link.start(callbacks) }
  }

  deinit { close() }

  /// Delivers to this process's subscriptions and hands over to the broker, without waiting for it.
  ///
  /// - Throws: `PubSubError.closed` after ``close()``, nothing else: what the broker cannot be sent now is sent when
  ///   it can, by those who heed ``onMissedUpdates(_:)``.
  public func publish(_ payload: Payload, to topic: Topic) throws(PubSubError) {
    try memory.publish(payload, to: topic)
    hand(.payload(payload), of: topic)
  }

  /// Hands a version over to the broker, without waiting for it.
  ///
  /// - Returns: true.
  /// - Throws: `PubSubError.closed` after ``close()``, nothing else, as ``publish(_:to:)``.
  public func announce(_ version: Payload.Version, of topic: Topic) throws(PubSubError) -> Bool {
    guard !state.withLock({ $0.isClosed }) else { throw .closed }
    hand(.version(version), of: topic)
    return true
  }

  private func hand(_ content: Envelope.Content, of topic: Topic) {
    if state.withLock({ $0.isUp }) {
      loop.execute { [link] in link.publish(content, to: topic) }
    } else {
      // Without the payload: nothing must pile up while the loop waits, say for a name's address.
      loop.execute { [link] in link.keepBack(topic) }
    }
  }

  /// Subscribes at once to what this process publishes, and soon to what others do, of which ``onMissedUpdates(_:)`` tells.
  public func subscribe(
    to topic: Topic, _ receive: @escaping @Sendable (Payload) -> Void
  ) throws(PubSubError) -> SubscriptionID {
    let id = try memory.subscribe(to: topic, receive)
    state.withLock { state in
      state.topics[id] = topic
      state.subscriptions[topic, default: 0] += 1
      // Handed over within the lock, so that it stays behind an unsubscribing that came before it.
      if state.subscriptions[topic] == 1 { loop.execute { [link] in link.subscribe(to: topic) } }
    }
    return id
  }

  /// Ends a subscription at once.
  public func unsubscribe(_ id: SubscriptionID) {
    memory.unsubscribe(id)
    state.withLock { state in
      guard let topic = state.topics.removeValue(forKey: id), let count = state.subscriptions[topic] else { return }
      state.subscriptions[topic] = count == 1 ? nil : count - 1
      if count == 1 { loop.execute { [link] in link.unsubscribe(from: topic) } }
    }
  }

  /// Reports each outage of the broker once, when it begins, with its cause; also one that is under way.
  public func onError(_ report: @escaping @Sendable (PubSubError) -> Void) {
    let failure = state.withLock { state in
      state.onError = report
      return state.failure
    }
    if let failure { report(.backend(failure)) }
  }

  /// Reports when the broker has answered, for the first time or again; also if it has before this call.
  public func onRecovery(_ report: @escaping @Sendable () -> Void) {
    let isUp = state.withLock { state in
      state.onRecovery = report
      return state.isUp
    }
    if isUp { report() }
  }

  /// Tells of each topic of this process when others' payloads have begun to arrive, anew after each outage, and of
  /// each whose payload could not be sent when it now can.
  public func onMissedUpdates(_ act: @escaping @Sendable (Topic) -> Void) {
    state.withLock { $0.onMissedUpdates.append(act) }
  }

  /// Tells of each state that another process has published and that was too large to be sent, or has announced.
  public func onNewerState(_ act: @escaping @Sendable (Topic, Payload.Version) -> Void) {
    state.withLock { $0.onNewerState.append(act) }
  }

  /// How it stands with the broker.
  public var status: BackendStatus? {
    BackendStatus(
      failure: state.withLock { $0.isUp ? nil : $0.failure ?? "not connected yet" },
      published: link.counts.published.value,
      received: link.counts.received.value, keptBack: link.counts.keptBack.value)
  }

  /// Sends what has been published, and ends the connections and their thread.
  public func close() {
    let isFirst = state.withLock { state in
      defer {
        // What is told may hold this backend.
        state = State()
        state.isClosed = true
      }
      return !state.isClosed
    }
    guard isFirst else { return }
    memory.close()
    let (isSent, isOver) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    loop.execute { [link] in link.finish { isSent.signal() } }
    // Elsewhere: a receiver runs on the loop, which cannot wait for its own end, and it may wait for a name's address.
    DispatchQueue.global().async { [loop, link] in
      _ = isSent.wait(timeout: .now() + lastWords)
      isOver.signal()
      loop.execute { link.close() }
      loop.stop()
    }
    if !loop.isCurrent { isOver.wait() }
  }

  private func tellGap(of topic: Topic) {
    for act in state.withLock({ $0.onMissedUpdates }) { act(topic) }
  }

  private func tellNewerState(_ version: Payload.Version, of topic: Topic) {
    for act in state.withLock({ $0.onNewerState }) { act(topic, version) }
  }

  private func tellDropped(_ reason: String) {
    state.withLock { $0.onError }(.backend(reason))
  }

  private func tellChange(_ failure: String?) {
    let (onError, onRecovery) = state.withLock { state in
      (state.isUp, state.failure) = (failure == nil, failure)
      return (state.onError, state.onRecovery)
    }
    if let failure { onError(.backend(failure)) } else { onRecovery() }
  }
}

/// So many seconds the end waits for what has been published to be sent.
private let lastWords = 1.0
