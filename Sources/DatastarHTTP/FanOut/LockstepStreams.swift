import DatastarPubSub
import LibeventHTTP

/// Streams that are in step: all show the same state of the same topics, have been sent the same last, and have taken in
/// all of it.
///
/// What is so of all of them is kept here, once. A stream takes it over when it leaves, so that a frame costs each of
/// thousands nothing but its system call.
final class LockstepStreams {
  /// What all show.
  private(set) var places: [TopicPlace]
  /// What the decoders have read; nil for streams that are not compressed.
  private(set) var gzip: GzipStream?
  private let framing: BodyFraming
  private let group = ResponseGroup()

  /// Creates an empty group for streams that are where a stream is now.
  init(at places: [TopicPlace], _ gzip: GzipStream?, _ framing: BodyFraming) {
    (self.places, self.framing) = (places, framing)
    self.gzip = gzip.map(GzipStream.init(inStepWith:))
  }

  var isEmpty: Bool { group.count == 0 }

  /// Takes a stream in if it is here now; what it remembers is kept here then. Returns whether it was taken in.
  func insert(_ response: ResponseStream, at places: [TopicPlace], _ gzip: inout GzipStream?) -> Bool {
    guard framing == response.framing, isHere(places) else { return false }
    if var common = self.gzip, var own = gzip {
      guard own.join(&common) else { return false }
      (self.gzip, gzip) = (common, own)
    } else if self.gzip != nil || gzip != nil {
      return false
    }
    group.insert(response)
    return true
  }

  private func isHere(_ others: [TopicPlace]) -> Bool {
    places.elementsEqual(others) { $0.topic == $1.topic && $0.shown == $1.shown }
  }

  func remove(_ response: ResponseStream) { group.remove(response) }

  /// Sends a frame to all, unless they have had that state or a newer one. Those that it is ahead of leave the group,
  /// and are caught up alone.
  ///
  /// - Parameter topic: nil for what is of no topic.
  func send(_ frame: Frame, of topic: Topic?, _ outlet: LoopOutlet) {
    if isEmpty { return }
    if let version = frame.payload.version, let place = places.firstIndex(where: { $0.topic == topic }) {
      switch frame.payload.fit(places[place].shown) {
      case .old: return
      case .ahead: return group.disband()
      case .next: places[place].shown = version
      }
    }
    let (encoded, count) = (outlet.encoded(frame, of: topic), group.count)
    outlet.metrics.deliveries.increment(by: count)
    if let block = gzip?.block(of: encoded) {
      group.write(block)
      outlet.metrics.compressedBytes.increment(by: count * block.count)
    } else {
      outlet.metrics.plainBytes.increment(by: count * encoded.write(to: group, framing))
    }
  }
}
