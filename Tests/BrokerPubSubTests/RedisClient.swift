#if Redis
  import BrokerPubSub
  import DatastarLocking
  import DatastarPubSub

  /// Waits until something is so; the suite's time limit ends a test in which it never is.
  func until(_ condition: @Sendable () async throws -> Bool) async throws {
    while try await !condition() { try await Task.sleep(for: .milliseconds(5)) }
  }

  /// One process's end of a Redis, and what comes to it.
  final class RedisClient: Sendable {
    let backend: RedisBackend
    private let received = Locked<[Payload]>([])
    private let gaps = Locked<[Topic]>([])
    private let errors = Locked<[PubSubError]>([])

    init(_ address: RedisAddress) throws {
      backend = try RedisBackend(address)
      backend.onMissedUpdates { [gaps] topic in gaps.withLock { $0.append(topic) } }
      backend.onError { [errors] error in errors.withLock { $0.append(error) } }
    }

    deinit { backend.close() }

    var payloads: [Payload] { received.withLock { $0 } }
    var texts: [String] { payloads.map { String(decoding: $0.bytes, as: UTF8.self) } }
    var failures: [String] { errors.withLock { $0.map(\.description) } }
    var isUp: Bool { backend.status?.failure == nil }

    func gapCount(of topic: Topic) -> Int { gaps.withLock { $0.count { $0 == topic } } }

    /// Subscribes, and returns when that holds at Redis.
    @discardableResult
    func subscribe(to topic: Topic) async throws -> SubscriptionID {
      let before = gapCount(of: topic)
      let id = try backend.subscribe(to: topic) { [received] payload in received.withLock { $0.append(payload) } }
      try await until { self.gapCount(of: topic) > before }
      return id
    }

    func publish(_ text: String, to topic: Topic, revision: Int64? = nil) throws {
      try backend.publish(Payload(Array(text.utf8), version: revision.map { .init(revision: $0) }), to: topic)
    }
  }
#endif
