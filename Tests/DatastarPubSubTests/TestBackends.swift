import Dispatch
import DatastarPubSub
import Locking

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

/// An executor that keeps what it is given until it is told to run it.
final class ManualExecutor: DeliveryExecutor {
  private let waiting = Locked<[@Sendable () -> Void]>([])

  var hops: Int { waiting.withLock { $0.count } }

  func execute(_ work: @escaping @Sendable () -> Void) {
    waiting.withLock { $0.append(work) }
  }

  func run() {
    let work = waiting.withLock { waiting in
      defer { waiting = [] }
      return waiting
    }
    for item in work { item() }
  }
}

/// An executor with a thread of its own, like an event loop.
final class QueueExecutor: DeliveryExecutor {
  private let queue = DispatchQueue(label: "executor")

  func execute(_ work: @escaping @Sendable () -> Void) {
    queue.async(execute: work)
  }
}
