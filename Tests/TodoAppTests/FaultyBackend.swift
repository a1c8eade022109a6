import DatastarLocking
import DatastarPubSub
import TodoTestSupport

/// A memory backend that refuses payloads, delivers them twice, or late and so behind newer ones.
final class FaultyBackend: Backend {
  private let memory = MemoryBackend()
  private let fate: @Sendable () -> Fate

  /// What becomes of a payload.
  enum Fate {
    case delivered, lost, twice
    case late(Duration)
  }

  /// Asks `fate` for each payload that is published.
  init(_ fate: @escaping @Sendable () -> Fate) {
    self.fate = fate
  }

  /// Leaves it to chance.
  convenience init(seed: UInt64) {
    let random = Locked(SplitMix64(seed: seed))
    self.init {
      switch random.withLock({ Int.random(in: 0..<10, using: &$0) }) {
      case 0...2: .lost
      case 3: .late(.milliseconds(5))
      case 4: .late(.milliseconds(10))
      case 5: .twice
      default: .delivered
      }
    }
  }

  func publish(_ payload: Payload, to topic: Topic) throws(PubSubError) {
    switch fate() {
    case .lost: throw .backend("lost on purpose")
    case .late(let delay):
      Task { [memory] in
        try await Task.sleep(for: delay)
        try memory.publish(payload, to: topic)
      }
    case .twice:
      try memory.publish(payload, to: topic)
      try memory.publish(payload, to: topic)
    case .delivered: try memory.publish(payload, to: topic)
    }
  }

  func subscribe(
    to topic: Topic, _ receive: @escaping @Sendable (Payload) -> Void
  ) throws(PubSubError) -> SubscriptionID { try memory.subscribe(to: topic, receive) }

  func unsubscribe(_ id: SubscriptionID) { memory.unsubscribe(id) }
  func close() { memory.close() }
}
