import BrokerPubSub
import DatastarLocking
import DatastarPubSub

/// Waits until something is so; the suite's time limit ends a test in which it never is.
func until(_ condition: @Sendable () async throws -> Bool) async throws {
  while try await !condition() { try await Task.sleep(for: .milliseconds(5)) }
}

/// One process's end of a broker, and what comes to it.
final class BrokerClient: Sendable {
  let backend: any Backend
  private let received = Locked<[Payload]>([])
  private let gaps = Locked<[Topic]>([])
  private let newer = Locked<[Payload.Version]>([])
  private let errors = Locked<[PubSubError]>([])

  init(_ backend: any Backend) {
    self.backend = backend
    backend.onMissedUpdates { [gaps] topic in gaps.withLock { $0.append(topic) } }
    backend.onNewerState { [newer] _, version in newer.withLock { $0.append(version) } }
    backend.onError { [errors] error in errors.withLock { $0.append(error) } }
  }

  deinit { backend.close() }

  var payloads: [Payload] { received.withLock { $0 } }
  var texts: [String] { payloads.map { String(decoding: $0.bytes, as: UTF8.self) } }
  var failures: [String] { errors.withLock { $0.map(\.description) } }
  /// The states that others have and have not sent.
  var newerStates: [Payload.Version] { newer.withLock { $0 } }
  var isUp: Bool { backend.status?.failure == nil }

  func gapCount(of topic: Topic) -> Int { gaps.withLock { $0.count { $0 == topic } } }

  /// Subscribes, and returns when that holds at the broker.
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

#if Redis
  extension BrokerClient {
    convenience init(_ address: RedisAddress) throws { self.init(try RedisBackend(address)) }
  }
#endif
