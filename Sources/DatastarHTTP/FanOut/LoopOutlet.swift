import DatastarLocking
import DatastarPubSub
import LibeventHTTP
import Metrics

/// The streams of one loop: a broadcast is handed over to them once.
final class LoopOutlet: Outlet, @unchecked Sendable {
  // Sendable: the stored state is touched on the loop's thread only.

  /// What the loop's streams are sent is counted here.
  let metrics: StreamMetrics
  /// How many of the loop's streams are compressed; read by publishers, too.
  let compressedStreams = Tally()
  /// Held by the server, and holds the outlet.
  private weak let loop: EventLoop?
  private var topicStreams: [Topic: TopicStreams] = [:]
  /// The streams that have subscribed, by what the topics know them by.
  var streams: [Connection.ID: EventStream] = [:]
  private var last: (frame: Frame.ID, encoded: EncodedFrame)?

  private init(_ loop: EventLoop, _ metrics: StreamMetrics) { (self.loop, self.metrics) = (loop, metrics) }

  /// The outlet of the loop that the caller runs on.
  ///
  /// - Parameter metrics: where the figures of the loop's streams go.
  static func on(_ loop: EventLoop, metrics: any MetricsFactory) -> LoopOutlet {
    loop.shared { LoopOutlet(loop, StreamMetrics(metrics)) }
  }

  func deliver(_ frame: Frame, of topic: Topic) -> Connection.Delivery {
    if frame.isLarge, compressedStreams.value > 0 { frame.encoded(for: topic).prepare() }
    loop?.execute { [self] in topicStreams[topic]?.deliver(frame) }
    return .accepted
  }

  func waitUntilSent() async {
    guard let loop else { return }
    await withCheckedContinuation { done in loop.execute { done.resume() } }
  }

  func unsubscribe(_ id: Connection.ID, from topic: Topic) {
    loop?.execute { [self] in streams[id]?.leave(topic) }
  }

  func disconnect(_ id: Connection.ID) {
    loop?.execute { [self] in streams[id]?.finish() }
  }

  // Nothing would come on them any more: their clients come back, to another core or another server.
  func close() {
    loop?.execute { [self] in
      for stream in streams.values { stream.finish() }
    }
  }

  /// The streams of the loop that are on a topic; nil where none is.
  func streams(of topic: Topic) -> TopicStreams? { topicStreams[topic] }

  /// Has a stream delivered what is broadcast on a topic.
  func add(_ stream: EventStream, to topic: Topic) {
    let streams = topicStreams[topic] ?? TopicStreams(of: topic, at: self)
    topicStreams[topic] = streams
    streams.add(stream)
  }

  /// Takes a stream that is in step with no others off a topic.
  func remove(_ stream: EventStream, from topic: Topic) {
    topicStreams[topic]?.remove(stream)
    if topicStreams[topic]?.isEmpty == true { topicStreams[topic] = nil }
  }

  /// The forms of a frame; thousands of streams ask for those of the same, one after the other.
  ///
  /// - Parameter topic: nil for what is of no topic.
  func encoded(_ frame: Frame, of topic: Topic?) -> EncodedFrame {
    if let last, last.frame == frame.id { return last.encoded }
    let encoded = frame.encoded(for: topic)
    last = (frame.id, encoded)
    return encoded
  }
}

extension Frame {
  /// Whether compressing the frame takes more than a loop has the time for.
  var isLarge: Bool { payload.bytes.count > Deflater.smallSize }

  /// The forms that go on the wire, made by the first call.
  ///
  /// - Parameter topic: nil for what is of no topic.
  func encoded(for topic: Topic?) -> EncodedFrame { form { EncodedFrame($0, of: topic) } }
}
