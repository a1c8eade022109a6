/// The messages that a slow client has not been sent, the oldest first: so many at most, of which the oldest are dropped
/// for newer ones.
package struct WaitingMessages {
  private var messages: [Message] = []
  /// How many have been dropped.
  package private(set) var dropped = 0

  private struct Message {
    let topic: Topic
    let frame: Frame
    /// Counts the bytes for as long as they wait.
    let hold: AnyObject?
  }

  /// Nothing waits.
  package init() {}

  /// Whether nothing waits.
  package var isEmpty: Bool { messages.isEmpty }

  /// Adds a message. Returns whether one had to be dropped.
  ///
  /// - Parameter hold: is kept for as long as the message.
  package mutating func append(_ message: Frame, of topic: Topic, limit: Int, hold: AnyObject? = nil) -> Bool {
    messages.append(Message(topic: topic, frame: message, hold: hold))
    guard messages.count > limit else { return false }
    messages.removeFirst()
    dropped += 1
    return true
  }

  /// Counts a message as dropped that there is no room for.
  package mutating func drop() { dropped += 1 }

  /// Takes the oldest message.
  package mutating func next() -> (topic: Topic, frame: Frame)? {
    guard !messages.isEmpty else { return nil }
    let message = messages.removeFirst()
    return (message.topic, message.frame)
  }

  /// Forgets those of a topic.
  package mutating func remove(of topic: Topic) { messages.removeAll { $0.topic == topic } }

  /// Forgets all.
  package mutating func removeAll() { messages = [] }
}
