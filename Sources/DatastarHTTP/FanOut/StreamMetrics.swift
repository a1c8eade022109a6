import Metrics

/// What the event streams of one loop are sent, emitted to swift-metrics by the labels below.
struct StreamMetrics: Sendable {
  /// Frames that were handed to clients, each of them counted.
  let deliveries: Counter
  /// Frames that were never sent, because a newer one took their place while a client was slow.
  let conflated: Counter
  /// Messages that were never sent, because too many waited for a slow client.
  let dropped: Counter
  /// Bytes of frames that were sent as they are.
  let plainBytes: Counter
  /// Bytes of frames that were sent compressed.
  let compressedBytes: Counter

  init(_ factory: any MetricsFactory) {
    deliveries = Counter(label: "datastar_stream_deliveries_total", factory: factory)
    conflated = Counter(label: "datastar_stream_conflated_frames_total", factory: factory)
    dropped = Counter(label: "datastar_stream_dropped_messages_total", factory: factory)
    let bytes = { encoding in
      Counter(label: "datastar_stream_bytes_total", dimensions: [("encoding", encoding)], factory: factory)
    }
    (plainBytes, compressedBytes) = (bytes("identity"), bytes("gzip"))
  }
}
