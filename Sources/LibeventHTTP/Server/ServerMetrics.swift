import Metrics

/// What a server counts while it runs, emitted to swift-metrics by the labels below.
struct ServerMetrics: Sendable {
  /// Connections that are open now, streams among them.
  let connections: Meter
  /// Open responses that are open now.
  let streams: Meter
  /// Bytes that wait now for clients to take them in; see ``UnsentLimits``.
  let unsentBytes: Meter
  /// Open responses that were closed because their clients took nothing in.
  let stalledStreams: Counter
  /// Connections and requests that were refused because there were as many as there may be.
  let refusedConnections: Counter
  /// How often accepting has paused because there were no descriptors.
  let acceptPauses: Counter
  /// How many answers were refused and connections closed because more would have waited than may.
  let unsentRefusals: Counter
  /// How long open responses were open.
  let streamDurations: Timer
  let factory: any MetricsFactory

  init(_ factory: any MetricsFactory) {
    connections = Meter(label: "http_server_open_connections", factory: factory)
    streams = Meter(label: "http_server_open_streams", factory: factory)
    unsentBytes = Meter(label: "http_server_unsent_bytes", factory: factory)
    stalledStreams = Counter(label: "http_server_stalled_streams_total", factory: factory)
    refusedConnections = Counter(label: "http_server_refused_connections_total", factory: factory)
    acceptPauses = Counter(label: "http_server_accept_pauses_total", factory: factory)
    unsentRefusals = Counter(label: "http_server_unsent_refusals_total", factory: factory)
    streamDurations = Timer(label: "http_server_stream_duration_seconds", factory: factory)
    self.factory = factory
  }

  /// Creates the counter of the requests that were answered with a status.
  func requests(answeredWith status: HTTPStatus) -> Counter {
    Counter(
      label: "http_server_requests_total", dimensions: [("status", String(status.code))], factory: factory)
  }
}
