#if Redis
  import DatastarLocking
  import DatastarPubSub
  import Dispatch
  import LibeventHTTP

  /// Joins the processes of one application over Redis's pub/sub, with one pair of connections a process.
  ///
  /// ```swift
  /// let redis = try RedisBackend(RedisAddress("redis://127.0.0.1:6379/0"))
  /// PubSub.configure { $0.backend = redis }
  /// ```
  ///
  /// What is published reaches this process's own subscriptions at once, whether Redis is there or not, and those of
  /// other processes through the channel `datastar:<topic>`, or `datastar@N:<topic>` for a database N other than 0.
  /// Redis is connected to in the background, and again after each failure. It keeps nothing: of what was published
  /// while it was away, ``onMissedUpdates(_:)`` tells the topics.
  public final class RedisBackend: Backend {
    private let memory = MemoryBackend()
    private let loop: EventLoop
    private let redis: RedisLink
    private let state = Locked(State())

    /// So long the end waits for what has been published to be sent.
    private static let lastWords = 1.0

    private struct State {
      var topics: [SubscriptionID: Topic] = [:]
      var subscriptions: [Topic: Int] = [:]
      var onError: @Sendable (PubSubError) -> Void = { _ in }
      var onRecovery: @Sendable () -> Void = {}
      var onMissedUpdates: [@Sendable (Topic) -> Void] = []
      var isUp = false
      /// Why it is not, once that is known.
      var failure: String?
      var isClosed = false
    }

    /// Begins to connect, on a thread of its own.
    ///
    /// - Throws: `PubSubError.backend` where the system has no thread for it. A Redis that is not there is
    ///   reported to ``onError(_:)`` and tried again until it is.
    public init(_ address: RedisAddress) throws(PubSubError) {
      do { loop = try EventLoop() } catch { throw .backend("\(error)") }
      redis = RedisLink(to: address, on: loop)
      let callbacks = RedisLink.Callbacks(
        received: { [memory] payload, topic in try? memory.publish(payload, to: topic) },
        gap: { [weak self] topic in self?.tellGap(of: topic) },
        changed: { [weak self] failure in self?.tellChange(failure) })
      loop.execute { [redis] in redis.start(callbacks) }
    }

    deinit { close() }

    /// Delivers to this process's subscriptions and hands over to Redis, without waiting for it.
    ///
    /// - Throws: `PubSubError.closed` after ``close()``, nothing else: what Redis cannot be sent now is sent when it
    ///   can, by those who heed ``onMissedUpdates(_:)``.
    public func publish(_ payload: Payload, to topic: Topic) throws(PubSubError) {
      try memory.publish(payload, to: topic)
      if state.withLock({ $0.isUp }) {
        loop.execute { [redis] in redis.publish(payload, to: topic) }
      } else {
        // Without the payload: nothing must pile up while the loop waits, say for a name's address.
        loop.execute { [redis] in redis.keepBack(topic) }
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
        if state.subscriptions[topic] == 1 { loop.execute { [redis] in redis.subscribe(to: topic) } }
      }
      return id
    }

    /// Ends a subscription at once.
    public func unsubscribe(_ id: SubscriptionID) {
      memory.unsubscribe(id)
      state.withLock { state in
        guard let topic = state.topics.removeValue(forKey: id), let count = state.subscriptions[topic] else { return }
        state.subscriptions[topic] = count == 1 ? nil : count - 1
        if count == 1 { loop.execute { [redis] in redis.unsubscribe(from: topic) } }
      }
    }

    /// Reports each outage of Redis once, when it begins, with its cause; also one that is under way.
    public func onError(_ report: @escaping @Sendable (PubSubError) -> Void) {
      let failure = state.withLock { state in
        state.onError = report
        return state.failure
      }
      if let failure { report(.backend(failure)) }
    }

    /// Reports when Redis has answered, for the first time or again; also if it has before this call.
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

    /// How it stands with Redis.
    public var status: BackendStatus? {
      BackendStatus(
        failure: state.withLock { $0.isUp ? nil : $0.failure ?? "not connected yet" },
        published: redis.counts.published.value,
        received: redis.counts.received.value, keptBack: redis.counts.keptBack.value)
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
      let isDone = DispatchSemaphore(value: 0)
      loop.execute { [redis] in
        redis.stop()
        isDone.signal()
      }
      // Elsewhere: a receiver runs on the loop, which cannot wait for its own end, and it may wait for a name's address.
      DispatchQueue.global().async { [loop] in loop.stop() }
      if !loop.isCurrent { _ = isDone.wait(timeout: .now() + Self.lastWords) }
    }

    private func tellGap(of topic: Topic) {
      for act in state.withLock({ $0.onMissedUpdates }) { act(topic) }
    }

    private func tellChange(_ failure: String?) {
      let (onError, onRecovery) = state.withLock { state in
        (state.isUp, state.failure) = (failure == nil, failure)
        return (state.onError, state.onRecovery)
      }
      if let failure { onError(.backend(failure)) } else { onRecovery() }
    }
  }
#endif
