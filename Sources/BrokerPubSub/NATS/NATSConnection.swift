#if NATS
  import DatastarPubSub
  import Dispatch
  import LibeventHTTP

  /// One connection to NATS: what its loop has been asked for is done on a queue, where libnats may wait.
  final class NATSConnection: BrokerConnection, @unchecked Sendable {
    // Sendable: touched on the loop's thread only, but for what is sendable itself.
    private let loop: EventLoop
    private let report: (BrokerEvent) -> Void
    private let queue = DispatchQueue(label: "NATS")
    private let client: NATSClient
    private var steps: BrokerSteps
    /// How many bytes a message may have; nil before the connection is there.
    private var messageLimit: Int?
    private var isOpen = true

    /// So many messages may have been taken from the library before the loop has.
    private static let underWayLimit = 1_000

    /// Begins to connect; what is asked for meanwhile waits.
    init(to address: NATSAddress, on loop: EventLoop, _ report: @escaping (BrokerEvent) -> Void) {
      (self.loop, self.report, steps) = (loop, report, BrokerSteps(report))
      let room = DispatchSemaphore(value: Self.underWayLimit)
      let owner = Owner()
      client = NATSClient(
        .init(
          received: { bytes in
            room.wait()
            let isTaken = loop.execute {
              owner.connection?.take(bytes)
              room.signal()
            }
            if !isTaken { room.signal() }
          }, failed: { cause in loop.execute { owner.connection?.tell(.failed(cause)) } }))
      owner.connection = self
      queue.async { [client] in
        do throws(BrokerFailure) {
          let limit = try client.connect(to: address)
          loop.execute { owner.connection?.begin(limit) }
        } catch {
          loop.execute { owner.connection?.tell(.failed(error.cause)) }
        }
      }
    }

    /// Whom the library's calls are for, on the loop's thread.
    private final class Owner: @unchecked Sendable {
      // Sendable: touched on the loop's thread only.
      weak var connection: NATSConnection?
    }

    func takes(_ message: [UInt8], on topic: Topic) -> Bool {
      messageLimit.map { NamedMessage(message, on: topic).count <= $0 } ?? true
    }

    func publish(_ message: [UInt8], to topic: Topic, _ done: @escaping (_ isSent: Bool) -> Void) {
      guard isOpen else { return done(false) }
      steps.add(.publish(message, topic), done)
      performNext()
    }

    func subscribe(to topic: Topic) {
      steps.add(.subscribe(topic))
      performNext()
    }

    func unsubscribe(from topic: Topic) {
      steps.add(.unsubscribe(topic))
      performNext()
    }

    func finish(_ done: @escaping () -> Void) { steps.whenEmpty(done) }

    func close() {
      isOpen = false
      queue.async { [client] in client.close() }
      steps.giveUp()()
    }

    private func tell(_ event: BrokerEvent) {
      if isOpen { report(event) }
    }

    private func take(_ bytes: [UInt8]) {
      guard let named = NamedMessage(bytes) else { return }
      named.message.withUnsafeBytes { tell(.received($0, named.topic)) }
    }

    private func begin(_ limit: Int) {
      messageLimit = limit
      performNext()
    }

    /// Has the queue do what waits, unless it is at it.
    private func performNext() {
      guard isOpen, messageLimit != nil, let batch = steps.next() else { return }
      queue.async { [self, client, loop] in
        do throws(BrokerFailure) {
          try client.perform(batch)
          loop.execute { self.end() }
        } catch {
          loop.execute { self.tell(.failed(error.cause)) }
        }
      }
    }

    private func end() {
      guard isOpen else { return }
      steps.succeed()()
      performNext()
    }
  }
#endif
