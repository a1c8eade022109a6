import DatastarLocking
import DatastarPubSub
import Dispatch

/// A memory backend that counts its subscriptions.
final class CountingBackend: Backend {
  private let memory = MemoryBackend()
  private let counts = Locked((begun: 0, ended: 0))

  var begun: Int { counts.withLock { $0.begun } }
  var ended: Int { counts.withLock { $0.ended } }

  func publish(_ payload: Payload, to topic: Topic) throws(PubSubError) { try memory.publish(payload, to: topic) }

  func subscribe(
    to topic: Topic, _ receive: @escaping @Sendable (Payload) -> Void
  ) throws(PubSubError) -> SubscriptionID {
    counts.withLock { $0.begun += 1 }
    return try memory.subscribe(to: topic, receive)
  }

  func unsubscribe(_ id: SubscriptionID) {
    counts.withLock { $0.ended += 1 }
    memory.unsubscribe(id)
  }

  func close() { memory.close() }
}

/// A backend that is told by hand what another process has published, and notes what is announced to others.
final class TellingBackend: Backend {
  let announced = Locked<[Payload.Version]>([])
  private let receivers = Locked<[@Sendable (Topic, Payload.Version) -> Void]>([])

  func tell(_ version: Payload.Version, of topic: Topic) {
    for act in receivers.withLock({ $0 }) { act(topic, version) }
  }

  func onNewerState(_ act: @escaping @Sendable (Topic, Payload.Version) -> Void) {
    receivers.withLock { $0.append(act) }
  }

  func publish(_ payload: Payload, to topic: Topic) throws(PubSubError) {}

  func announce(_ version: Payload.Version, of topic: Topic) throws(PubSubError) -> Bool {
    announced.withLock { $0.append(version) }
    return true
  }

  func subscribe(
    to topic: Topic, _ receive: @escaping @Sendable (Payload) -> Void
  ) throws(PubSubError) -> SubscriptionID { SubscriptionID(1) }

  func unsubscribe(_ id: SubscriptionID) {}
  func close() {}
}

/// A backend whose server cannot be reached.
struct FailingBackend: Backend {
  static let error = PubSubError.backend("connection refused")

  func publish(_ payload: Payload, to topic: Topic) throws(PubSubError) { throw Self.error }

  func subscribe(
    to topic: Topic, _ receive: @escaping @Sendable (Payload) -> Void
  ) throws(PubSubError) -> SubscriptionID { throw Self.error }

  func unsubscribe(_ id: SubscriptionID) {}
  func close() {}
}

/// An outlet with a thread of its own, like an event loop, that counts what it is handed.
final class QueueOutlet: Outlet {
  private let queue = DispatchQueue(label: "outlet")
  private let counts = Locked((delivered: 0, sent: 0))
  private let notes = Locked<[String]>([])

  var delivered: Int { counts.withLock { $0.delivered } }
  var sent: Int { counts.withLock { $0.sent } }

  func deliver(_ frame: Frame, of topic: Topic) -> Connection.Delivery {
    counts.withLock { $0.delivered += 1 }
    queue.async { self.counts.withLock { $0.sent += 1 } }
    return .accepted
  }

  func waitUntilSent() async {
    await withCheckedContinuation { done in queue.async { done.resume() } }
  }

  /// What it has been told of its connections.
  var told: [String] { notes.withLock { $0 } }

  func unsubscribe(_ id: Connection.ID, from topic: Topic) { note("\(id) is off \(topic)") }
  func disconnect(_ id: Connection.ID) { note("\(id) is to end") }
  func close() { note("closed") }

  private func note(_ text: String) { notes.withLock { $0.append(text) } }
}

/// An outlet whose clients have all gone.
final class GoneOutlet: Outlet {
  func deliver(_ frame: Frame, of topic: Topic) -> Connection.Delivery { .gone }
  func waitUntilSent() async {}
  func unsubscribe(_ id: Connection.ID, from topic: Topic) {}
  func disconnect(_ id: Connection.ID) {}
  func close() {}
}

extension Manager {
  /// A manager of which nothing but this is asked for.
  convenience init(
    backend: any Backend,
    onSubscribe: @escaping @Sendable (Topic, Connection.ID) -> Void = { _, _ in },
    onUnsubscribe: @escaping @Sendable (Topic, Connection.ID) -> Void = { _, _ in }
  ) {
    var configuration = Configuration()
    (configuration.backend, configuration.onSubscribe) = (backend, onSubscribe)
    configuration.onUnsubscribe = onUnsubscribe
    self.init(configuration)
  }
}
