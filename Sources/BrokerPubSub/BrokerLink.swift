#if Redis
  import DatastarLocking
  import DatastarPubSub
  import LibeventHTTP

  /// Keeps two connections to Redis, one to publish and one to subscribe, and opens both anew when either fails.
  ///
  /// Belongs to its loop: every call is on the loop's thread, and so are the callbacks.
  final class RedisLink: @unchecked Sendable {
    // Sendable: the stored state is touched on the loop's thread only.

    /// What the link counts, for any thread to read.
    struct Counts: Sendable {
      let published = Tally()
      let received = Tally()
      /// Payloads that were not published when they should have been.
      let keptBack = Tally()
    }

    /// What the link tells.
    struct Callbacks: Sendable {
      /// A payload from another process.
      var received: @Sendable (Payload, Topic) -> Void
      /// Payloads of a topic may have been missed, here or elsewhere, and can be delivered again.
      var gap: @Sendable (Topic) -> Void
      /// The link works, or does not, with the cause. Told once for each change; it begins with what does not.
      var changed: @Sendable (_ failure: String?) -> Void
    }

    let counts = Counts()
    private let address: RedisAddress
    private let loop: EventLoop
    private var callbacks = Callbacks(received: { _, _ in }, gap: { _ in }, changed: { _ in })
    private let sender = Envelope.Sender()
    private var connections: (publishing: RedisConnection, subscribing: RedisConnection)?
    private var isUp = false
    /// The topics to be subscribed to, whether there is a connection or not.
    private var topics: Set<Topic> = []
    /// The topics whose newest payload has not reached Redis: as many at most as have changed since it went away.
    private var unsent: Set<Topic> = []
    private var unanswered = 0
    /// How often Redis has failed since it was last there.
    private var failures = 0
    /// What has to happen next in time: an answer, a probe's return, another attempt.
    private var timer: Event?

    /// How long Redis gets to answer, and how often it is asked to show that it is there.
    private static let patience = Duration.seconds(2)
    private static let probeInterval = Duration.seconds(5)
    private static let firstPause = 0.05
    private static let longestPause = 2.0
    /// So many bytes may wait for Redis to take them; then only the newest state of each topic is kept back.
    private static let unansweredLimit = 8 * 1024 * 1024

    init(to address: RedisAddress, on loop: EventLoop) {
      (self.address, self.loop) = (address, loop)
    }

    /// A channel of this process's own: what comes back on it shows that both connections work.
    private var probeChannel: String { address.channel(of: "probe:\(sender.text)") }

    private func after(_ time: Duration, _ act: @escaping () -> Void) {
      timer = Event(base: loop.base) { _ in act() }
      timer?.add(timeout: time)
    }
  }

  // MARK: - Payloads and subscriptions

  extension RedisLink {
    func publish(_ payload: Payload, to topic: Topic) {
      guard let publishing = connections?.publishing, isUp, unanswered < Self.unansweredLimit else {
        return keepBack(topic)
      }
      let bytes = Envelope(payload, from: sender).bytes
      unanswered += bytes.count
      publishing.send([Array("PUBLISH".utf8), Array(address.channel(of: topic).utf8), bytes]) { [self] reply in
        unanswered -= bytes.count
        switch reply {
        case .ok: counts.published.add()
        case .refused(let reason):
          fail(reason)
          keepBack(topic)
        case .lost: keepBack(topic)
        }
        catchUp()
      }
    }

    func subscribe(to topic: Topic) {
      topics.insert(topic)
      if isUp { connections?.subscribing.subscribe(to: address.channel(of: topic)) }
    }

    func unsubscribe(from topic: Topic) {
      topics.remove(topic)
      if isUp { connections?.subscribing.unsubscribe(from: address.channel(of: topic)) }
    }

    /// Notes that the others have not been sent a topic's newest payload.
    func keepBack(_ topic: Topic) {
      counts.keptBack.add()
      unsent.insert(topic)
      catchUp()
    }

    /// Asks for the state of all topics that the others have not been sent, as soon as it can be sent.
    private func catchUp() {
      guard isUp, unanswered < Self.unansweredLimit / 2, !unsent.isEmpty else { return }
      let topics = unsent
      unsent = []
      for topic in topics { callbacks.gap(topic) }
    }

    private func receive(_ bytes: UnsafeRawBufferPointer, on channel: String) {
      if channel == probeChannel { return after(Self.probeInterval) { [unowned self] in probe() } }
      guard let topic = address.topic(of: channel), let envelope = Envelope(bytes), envelope.sender != sender
      else { return }
      counts.received.add()
      callbacks.received(envelope.payload, topic)
    }
  }

  // MARK: - Connections

  extension RedisLink {
    /// Begins to connect, and does so until ``stop()``.
    func start(_ callbacks: Callbacks) {
      self.callbacks = callbacks
      connect()
    }

    private func connect() {
      do {
        let publishing = try RedisConnection(to: address, on: loop)
        let subscribing = try RedisConnection(to: address, on: loop)
        connections = (publishing, subscribing)
        expectAnswer()
        for connection in [publishing, subscribing] {
          connection.onFailure = { [unowned self] in fail($0) }
          for words in address.greeting { send(words, by: connection) }
        }
        subscribing.onMessage = { [unowned self] in receive($1, on: $0) }
        subscribing.onSubscribed = { [unowned self] channel in
          if channel == probeChannel { probe() } else { address.topic(of: channel).map(callbacks.gap) }
        }
        subscribing.subscribe(to: probeChannel)
      } catch {
        fail(error.cause)
      }
    }

    /// Ends the link, after what has been published.
    func stop() {
      connections?.publishing.onFailure = nil
      connections?.publishing.flush()
      (timer, connections, isUp) = (nil, nil, false)
    }

    /// Sends a word to this process itself, by way of both connections.
    private func probe() {
      guard let publishing = connections?.publishing else { return }
      expectAnswer()
      send(["PUBLISH", probeChannel, ""], by: publishing) { [unowned self] in begin() }
    }

    private func expectAnswer() {
      after(Self.patience) { [unowned self] in fail("no answer within \(Self.patience)") }
    }

    private func send(_ words: [String], by connection: RedisConnection, then act: @escaping () -> Void = {}) {
      connection.send(words.map { Array($0.utf8) }) { [weak self] reply in
        switch reply {
        case .ok: act()
        case .refused(let reason): self?.fail(reason)
        case .lost: break
        }
      }
    }

    /// Goes to work on connections that have answered.
    private func begin() {
      guard !isUp, let subscribing = connections?.subscribing else { return }
      (isUp, failures) = (true, 0)
      callbacks.changed(nil)
      for topic in topics { subscribing.subscribe(to: address.channel(of: topic)) }
      catchUp()
    }

    private func fail(_ cause: String) {
      isUp = false
      connections = nil
      let pause = min(Self.longestPause, Self.firstPause * Double(1 << min(failures, 10)))
      failures += 1
      // At different times, so that many servers do not come back to Redis all at once.
      after(.seconds(Double.random(in: pause / 2...pause))) { [unowned self] in connect() }
      guard failures == 1 else { return }
      callbacks.changed("Redis at \(address) cannot be had: \(cause); trying again until it can")
    }
  }
#endif
