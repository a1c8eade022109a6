import DatastarPubSub
import HTTPServer

/// Streams that are in step: all show the same state of a topic, have been sent the same frames last, and have taken in
/// all of it.
///
/// What is so of all of them is kept here, once. A stream takes it over when it leaves, so that a frame costs each of
/// thousands nothing but its system call.
final class Cohort {
  let topic: Topic
  /// What has been sent last.
  private(set) var lastFrame: Frame.ID?
  /// The state that all show.
  private(set) var version: Payload.Version?
  /// What the decoders have read; nil for streams that are not compressed.
  private(set) var gzip: GzipStream?
  private let group = ResponseGroup()

  init(on topic: Topic, isCompressed: Bool) {
    self.topic = topic
    gzip = isCompressed ? GzipStream(.chunked) : nil
  }

  var isEmpty: Bool { group.count == 0 }

  /// Stands for streams from now on that have been sent a state last. To be called where there are none.
  func begin(at version: Payload.Version, sent frame: Frame.ID) {
    precondition(isEmpty, "streams that are in step would be sent the wrong blocks")
    (self.version, lastFrame) = (version, frame)
    gzip?.begin(after: frame)
  }

  func add(_ response: ResponseStream) { group.insert(response) }
  func remove(_ response: ResponseStream) { group.remove(response) }

  /// Sends a frame to all, unless they have had that state or a newer one. Those that it is ahead of leave the cohort,
  /// and are caught up alone.
  func send(_ frame: Frame, _ outlet: LoopOutlet) {
    if isEmpty { return }
    switch frame.payload.fit(version) {
    case .old: return
    case .ahead: return group.disband()
    case .next: version = frame.payload.version ?? version
    }
    lastFrame = frame.id
    let (forms, count) = (outlet.forms(of: frame), group.count)
    outlet.statistics.deliveries.add(count)
    if let block = gzip?.block(of: forms) {
      group.write(block)
      outlet.statistics.compressedBytes.add(count * block.count)
    } else {
      outlet.statistics.plainBytes.add(count * forms.write(to: group))
    }
  }
}
