import DatastarLocking
import DatastarPubSub
import LibeventHTTP

/// Keeps a connection to a broker, and opens it anew when it fails.
///
/// Belongs to its loop: every call is on the loop's thread, and so are the callbacks.
final class BrokerLink: @unchecked Sendable {
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
    /// Another process has a state that it has not sent.
    var newer: @Sendable (Payload.Version, Topic) -> Void
    /// Payloads of a topic may have been missed, here or elsewhere, and can be delivered again.
    var gap: @Sendable (Topic) -> Void
    /// The link works, or does not, with the cause. Told once for each change; it begins with what does not.
    var changed: @Sendable (_ failure: String?) -> Void
    /// A message has been dropped.
    var dropped: @Sendable (_ reason: String) -> Void
  }

  let counts = Counts()
  private let broker: any Broker
  private let loop: EventLoop
  private var callbacks = Callbacks(
    received: { _, _ in }, newer: { _, _ in }, gap: { _ in }, changed: { _ in }, dropped: { _ in })
  private let sender = Envelope.Sender()
  private var connection: (any BrokerConnection)?
  private var isUp = false
  /// The topics to be subscribed to, whether there is a connection or not.
  private var topics: Set<Topic> = []
  /// The topics whose newest payload has not reached the broker: as many at most as have changed since it went away.
  private var unsent: Set<Topic> = []
  /// In bytes.
  private var unanswered = 0
  /// How many publishings have been answered: while there are more, the broker is slow, not silent.
  private var answers = 0
  /// How often the broker has failed since it was last there.
  private var failures = 0
  /// What has to happen next in time: an answer, a probe's return, another attempt.
  private var timer: Event?

  /// How often a broker is asked to show that it is there.
  private static let probeInterval = Duration.seconds(5)
  private static let firstPause = 0.05
  private static let longestPause = 2.0
  /// So many bytes may wait for the broker to take them; then only the newest state of each topic is kept back.
  private static let unansweredLimit = 8 * 1024 * 1024

  init(to broker: any Broker, on loop: EventLoop) {
    (self.broker, self.loop) = (broker, loop)
  }

  /// A topic of this process's own: what comes back on it shows that both directions work.
  private var probeTopic: Topic { "probe:\(sender.text)" }

  private func after(_ time: Duration, _ act: @escaping () -> Void) {
    timer = Event(base: loop.base) { _ in act() }
    timer?.add(timeout: time)
  }
}

// MARK: - Payloads and subscriptions

extension BrokerLink {
  func publish(_ content: Envelope.Content, to topic: Topic) {
    guard let connection, isUp, unanswered < Self.unansweredLimit else { return keepBack(topic) }
    var message = Envelope(content, from: sender).bytes
    if case .payload(let payload) = content, !connection.takes(message, on: topic) {
      guard let version = payload.version else { return drop(payload) }
      message = Envelope(.version(version), from: sender).bytes
    }
    let size = message.count
    unanswered += size
    connection.publish(message, to: topic) { [self] isSent in
      unanswered -= size
      answers += 1
      if isSent { counts.published.add() } else { keepBack(topic) }
      catchUp()
    }
  }

  /// A message stands for nothing that could be asked for.
  private func drop(_ payload: Payload) {
    counts.keptBack.add()
    callbacks.dropped(
      "a message of \(payload.bytes.count) bytes is too large for \(broker.title): other servers do not get it")
  }

  func subscribe(to topic: Topic) {
    topics.insert(topic)
    if isUp { connection?.subscribe(to: topic) }
  }

  func unsubscribe(from topic: Topic) {
    topics.remove(topic)
    if isUp { connection?.unsubscribe(from: topic) }
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

  private func receive(_ bytes: UnsafeRawBufferPointer, on topic: Topic) {
    if topic == probeTopic { return after(Self.probeInterval) { [unowned self] in probe() } }
    guard let envelope = Envelope(bytes), envelope.sender != sender else { return }
    counts.received.add()
    switch envelope.content {
    case .payload(let payload): callbacks.received(payload, topic)
    case .version(let version): callbacks.newer(version, topic)
    }
  }
}

// MARK: - Connections

extension BrokerLink {
  /// Begins to connect, and does so until ``close()``.
  func start(_ callbacks: Callbacks) {
    self.callbacks = callbacks
    connect()
  }

  private func connect() {
    do {
      let connection = try broker.connect(on: loop) { [unowned self] in take($0) }
      self.connection = connection
      expectAnswer(within: broker.connectTimeout)
      connection.subscribe(to: probeTopic)
    } catch {
      fail(error.cause)
    }
  }

  private func take(_ event: BrokerEvent) {
    switch event {
    case .subscribed(probeTopic): probe()
    case .subscribed(let topic): callbacks.gap(topic)
    case .received(let bytes, let topic): receive(bytes, on: topic)
    case .failed(let cause): fail(cause)
    }
  }

  /// Calls `done` when what has been published has been sent, at once where that cannot be now.
  func finish(_ done: @escaping () -> Void) {
    guard isUp, let connection else { return done() }
    connection.finish(done)
  }

  /// Ends the link.
  func close() {
    (timer, isUp) = (nil, false)
    connection.take()?.close()
  }

  /// Sends a word to this process itself.
  private func probe() {
    guard let connection else { return }
    expectAnswer(within: brokerPatience)
    connection.publish([], to: probeTopic) { [unowned self] isSent in if isSent { begin() } }
  }

  private func expectAnswer(within time: Duration) {
    let answersBefore = answers
    after(time) { [unowned self] in
      // A loop that was held up itself looks first at what has come meanwhile.
      after(.zero) { [unowned self] in
        if answers == answersBefore { fail("no answer within \(time)") } else { expectAnswer(within: time) }
      }
    }
  }

  /// Goes to work on a connection that has answered.
  private func begin() {
    guard !isUp, let connection else { return }
    (isUp, failures) = (true, 0)
    callbacks.changed(nil)
    for topic in topics { connection.subscribe(to: topic) }
    catchUp()
  }

  private func fail(_ cause: String) {
    isUp = false
    connection.take()?.close()
    let pause = min(Self.longestPause, Self.firstPause * Double(1 << min(failures, 10)))
    failures += 1
    // At different times, so that many servers do not come back to a broker all at once.
    after(.seconds(Double.random(in: pause / 2...pause))) { [unowned self] in connect() }
    guard failures == 1 else { return }
    callbacks.changed("\(broker.title) cannot be had: \(cause); trying again until it can")
  }
}
