import DatastarPubSub

/// The streams of one loop that are on one topic.
///
/// Most of them have been sent the same last and take in what they are sent at once: they are in step, and are served
/// together, as a ``Cohort``, which may be on other topics, too. Each of the others is served alone until it is in step
/// again.
final class Audience {
  private let topic: Topic
  private unowned let outlet: LoopOutlet
  private var cohorts: [Cohort] = []
  private var others: [ObjectIdentifier: EventStream] = [:]

  init(of topic: Topic, at outlet: LoopOutlet) {
    (self.topic, self.outlet) = (topic, outlet)
  }

  var isEmpty: Bool { others.isEmpty && cohorts.isEmpty }

  /// Takes a stream in that is in step with no others here.
  func add(_ stream: EventStream) { others[ObjectIdentifier(stream)] = stream }

  /// Forgets a stream that is in step with no others here.
  func remove(_ stream: EventStream) { others[ObjectIdentifier(stream)] = nil }

  /// Delivers a frame to all that it is the next one for, and has the others catch up.
  func deliver(_ frame: Frame) {
    // Whoever falls out of step now has been sent a message by its cohort, and knows by itself which state.
    let alone = others
    for cohort in cohorts { cohort.send(frame, of: topic, outlet) }
    for stream in (frame.payload.version == nil ? alone : others).values { stream.deliver(frame, of: topic) }
  }
}

// MARK: - In step

extension Audience {
  /// With more, most are streams that will be in step with others after the next payload, or with nobody ever.
  private static let cohortLimit = 8

  /// The first cohort that takes a stream in.
  func cohort(thatTakes insert: (Cohort) -> Bool) -> Cohort? { cohorts.first(where: insert) }

  /// Whether one more cohort is worth it.
  var hasRoom: Bool { cohorts.count < Self.cohortLimit }

  func add(_ cohort: Cohort) { cohorts.append(cohort) }

  func remove(_ cohort: Cohort) { cohorts.removeAll { $0 === cohort } }
}
