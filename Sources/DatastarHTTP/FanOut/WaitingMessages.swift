import DatastarPubSub

/// The messages that a slow client has not been sent, the oldest first: so many at most, of which the oldest are dropped
/// for newer ones.
struct WaitingMessages {
  private var messages: [(topic: Topic, frame: Frame)] = []
  /// How many have been dropped since somebody asked.
  private var dropped = 0

  /// Adds a message. Returns whether one had to be dropped.
  mutating func append(_ message: Frame, of topic: Topic, limit: Int) -> Bool {
    messages.append((topic, message))
    guard messages.count > limit else { return false }
    messages.removeFirst()
    dropped += 1
    return true
  }

  /// Takes the oldest message.
  mutating func next() -> (topic: Topic, frame: Frame)? { messages.isEmpty ? nil : messages.removeFirst() }

  /// Forgets those of a topic.
  mutating func remove(of topic: Topic) { messages.removeAll { $0.topic == topic } }

  /// Takes how many have been dropped.
  mutating func takeDropped() -> Int {
    defer { dropped = 0 }
    return dropped
  }
}
