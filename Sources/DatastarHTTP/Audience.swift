import DatastarPubSub

/// The streams of one loop that are on one topic.
///
/// Most of them have been sent the same last and take in what they are sent at once: they are in step, and are served
/// together, as a ``Cohort``. Each of the others is served alone until it is in step again.
final class Audience {
  private let topic: Topic
  private unowned let outlet: LoopOutlet
  private let plain: Cohort
  private let compressed: Cohort
  private var others: [ObjectIdentifier: EventStream] = [:]

  init(of topic: Topic, at outlet: LoopOutlet) {
    (self.topic, self.outlet) = (topic, outlet)
    plain = Cohort(on: topic, isCompressed: false)
    compressed = Cohort(on: topic, isCompressed: true)
  }

  var isEmpty: Bool { others.isEmpty && plain.isEmpty && compressed.isEmpty }

  /// Takes a stream in that is in step with no others.
  func add(_ stream: EventStream) { others[ObjectIdentifier(stream)] = stream }

  /// Forgets a stream that is in step with no others.
  func remove(_ stream: EventStream) { others[ObjectIdentifier(stream)] = nil }

  /// Sends a frame to all that it is the next one for, and has the others catch up.
  func deliver(_ frame: Frame) {
    // Whoever falls out of step now has been sent a message by its cohort, and knows by itself which state.
    let alone = others
    for cohort in [plain, compressed] { cohort.send(frame, outlet) }
    for stream in (frame.payload.version == nil ? alone : others).values { stream.deliver(frame, of: topic) }
  }

  /// Puts a stream in step that is on the topic and has been sent a state of it last, if the others have, too.
  func bringIntoStep(_ stream: EventStream, sent frame: Frame, isCompressed: Bool) {
    guard let version = frame.payload.version, others[ObjectIdentifier(stream)] != nil else { return }
    let cohort = isCompressed ? compressed : plain
    if cohort.isEmpty { cohort.begin(at: version, sent: frame.id) }
    guard cohort.lastFrame == frame.id else { return }
    remove(stream)
    stream.join(cohort)
  }
}
