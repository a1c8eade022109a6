/// The messages that a slow client has not been sent, the oldest first: so many at most, of which the oldest are dropped
/// for newer ones.
package struct WaitingMessages {
  private var messages: [(topic: Topic, frame: Frame)] = []
  /// How many have been dropped since somebody asked.
  private var dropped = 0

  /// Nothing waits.
  package init() {}

  /// Whether nothing waits.
  package var isEmpty: Bool { messages.isEmpty }

  /// Adds a message. Returns whether one had to be dropped.
  package mutating func append(_ message: Frame, of topic: Topic, limit: Int) -> Bool {
    messages.append((topic, message))
    guard messages.count > limit else { return false }
    messages.removeFirst()
    dropped += 1
    return true
  }

  /// Takes the oldest message.
  package mutating func next() -> (topic: Topic, frame: Frame)? { messages.isEmpty ? nil : messages.removeFirst() }

  /// Forgets those of a topic.
  package mutating func remove(of topic: Topic) { messages.removeAll { $0.topic == topic } }

  /// Takes how many have been dropped.
  package mutating func takeDropped() -> Int {
    defer { dropped = 0 }
    return dropped
  }
}
