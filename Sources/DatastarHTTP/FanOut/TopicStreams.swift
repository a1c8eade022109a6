import DatastarPubSub

/// The streams of one loop that are on one topic.
///
/// Most of them have been sent the same last and take in what they are sent at once: they are in step, and are served
/// together, as a ``LockstepStreams``, which may be on other topics, too. Each of the others is served alone until it is in
/// step again.
final class TopicStreams {
  private let topic: Topic
  private unowned let outlet: LoopOutlet
  private var groups: [LockstepStreams] = []
  private var others: [ObjectIdentifier: EventStream] = [:]

  init(of topic: Topic, at outlet: LoopOutlet) {
    (self.topic, self.outlet) = (topic, outlet)
  }

  var isEmpty: Bool { others.isEmpty && groups.isEmpty }

  /// Takes a stream in that is in step with no others here.
  func add(_ stream: EventStream) { others[ObjectIdentifier(stream)] = stream }

  /// Forgets a stream that is in step with no others here.
  func remove(_ stream: EventStream) { others[ObjectIdentifier(stream)] = nil }

  /// Delivers a frame to all that it is the next one for, and has the others catch up.
  func deliver(_ frame: Frame) {
    // Whoever falls out of step now has been sent a message by its group, and knows by itself which state.
    let alone = others
    for group in groups { group.send(frame, of: topic, outlet) }
    for stream in (frame.payload.version == nil ? alone : others).values { stream.deliver(frame, of: topic) }
  }
}

// MARK: - In step

extension TopicStreams {
  /// With more, most are streams that will be in step with others after the next payload, or with nobody ever.
  private static let groupLimit = 8

  /// The first group that takes a stream in.
  func lockstep(thatTakes insert: (LockstepStreams) -> Bool) -> LockstepStreams? { groups.first(where: insert) }

  /// Whether one more group is worth it.
  var hasRoom: Bool { groups.count < Self.groupLimit }

  func add(_ lockstep: LockstepStreams) { groups.append(lockstep) }

  func remove(_ lockstep: LockstepStreams) { groups.removeAll { $0 === lockstep } }
}
