import DatastarPubSub

/// The frames that wait for a slow client: of each topic the newest state, and what does not show a state.
struct PendingFrames {
  private var frames: [(topic: Topic, frame: Frame)] = []
  /// How many frames may wait before the client is given up: those without a version do not replace each other.
  private static let limit = 16

  /// Whether the client has to be given up.
  var isTooLong: Bool { frames.count > Self.limit }

  /// Has a frame wait; a newer state of a topic takes the place of the older. Answers how many it has replaced.
  mutating func append(_ frame: Frame, of topic: Topic) -> Int {
    let count = frames.count
    if frame.payload.version != nil {
      frames.removeAll { $0.topic == topic && $0.frame.payload.version != nil }
    }
    frames.append((topic, frame))
    return count + 1 - frames.count
  }

  /// Takes all out, the oldest first.
  mutating func take() -> [(topic: Topic, frame: Frame)] {
    defer { frames = [] }
    return frames
  }
}
