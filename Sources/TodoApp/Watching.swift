import DatastarHTTP
import DatastarPubSub
import HTTPServer
import Metrics
import Todos

/// What those who run the server look at: whether it is there, whether it can serve, and its figures.
struct Watching: Sendable {
  let store: TodoStore
  let storeWatch: StoreWatch
  let broadcaster: Broadcaster
  let views: Views
  let server: ServerStatistics
  let droppedLogLines: Tally
  private let commands = Histogram(bounds: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5])

  init(
    store: TodoStore, storeWatch: StoreWatch, broadcaster: Broadcaster, views: Views, server: ServerStatistics,
    droppedLogLines: Tally
  ) {
    (self.store, self.storeWatch, self.broadcaster, self.views, self.server) = (
      store, storeWatch, broadcaster, views, server
    )
    self.droppedLogLines = droppedLogLines
  }

  func add(to router: inout Router) {
    router.get("/healthz") { _ in .text(.ok, "ok") }
    router.get("/readyz") { request in
      // For a proxy, which has to know where pages can be read: a full disk is the same at all servers, and no reason
      // to send nobody anything.
      if try request.queryFields()["reading"] == nil { try await store.check() } else { try store.checkReading() }
      // Not a reason to be sent no requests: commands are carried out, and shown here.
      let reason = broadcaster.link?.failure.map { "; other servers are not reached: \($0)" }
      return .text(.ok, "ready\(reason ?? "")")
    }
    router.get("/metrics") { _ in
      Response(
        headers: ["Content-Type": "text/plain; version=0.0.4; charset=utf-8", "Cache-Control": "no-store"],
        body: Array(figures.utf8))
    }
  }

  /// Measures how long commands take until they are on the disk and answered.
  func applied(to responder: @escaping Responder) -> Responder {
    { request in
      guard request.method == .post else { return try await responder(request) }
      let start = ContinuousClock.now
      defer { commands.record(.now - start) }
      return try await responder(request)
    }
  }

  private var figures: String {
    var text = PrometheusText()
    let streams = StreamStatistics.figures
    text.gauge("todo_build_info", "Always 1; the version is its label.", by: "version", [(TodoApp.version, 1)])
    text.gauge("todo_connections", "Connections that are open, streams among them.", server.connections.value)
    text.gauge("todo_streams", "Event streams that are open.", server.streams.value)
    text.gauge("todo_topics", "Topics that have streams.", broadcaster.manager.topics.count)
    text.counter("todo_frames_rendered_total", "Frames rendered.", views.renderedFrames.value)
    text.counter("todo_deliveries_total", "Frames handed to streams.", streams.deliveries)
    text.counter(
      "todo_frames_conflated_total", "Frames that a newer one replaced before a slow stream took them.",
      streams.conflated)
    text.counter(
      "todo_messages_dropped_total", "Offers to undo that a slow stream was not sent, because too many waited.",
      streams.dropped)
    text.counter(
      "todo_stream_bytes_total", "Bytes of frames, with their framing.", by: "encoding",
      [("gzip", streams.compressedBytes), ("identity", streams.plainBytes)])
    text.counter(
      "todo_streams_stalled_total", "Streams closed because their clients took nothing in.",
      server.stalledStreams.value)
    text.gauge(
      "todo_store_up", "Whether the database has not failed since it last worked.", storeWatch.isUp ? 1 : 0)
    text.counter(
      "todo_store_errors_total", "Commands and reads that the database failed.", by: "cause", storeWatch.faultCounts)
    text.histogram("todo_post_duration_seconds", "Time from a command's request to its answer.", commands)
    text.histogram("todo_commit_group_size", "Commands in each commit.", store.commitGroupSizes)
    text.gauge("todo_commands_waiting", "Commands that wait for their commit.", store.waitingCommits)
    text.histogram("todo_commit_rows", "Rows written by each commit.", store.commitRowCounts)
    text.gauge("todo_database_log_bytes", "Size of the database's log, the -wal file.", store.logSize)
    text.counter(
      "todo_database_log_truncations_total", "Times that the log was too large and was made small.",
      store.logTruncations)
    if let link = broadcaster.link { write(link, to: &text) }
    text.counter(
      "todo_requests_refused_total", "Requests answered with 4xx or 5xx.", by: "status",
      server.refusedRequests.map { ("\($0.key.rawValue)", $0.value) }.sorted { $0.0 < $1.0 })
    text.counter(
      "todo_connections_refused_total", "Connections over the limits.", server.refusedConnections.value)
    text.counter(
      "todo_accept_pauses_total", "Times that accepting paused for want of descriptors.", server.acceptPauses.value)
    text.gauge("todo_unsent_bytes", "Bytes that wait for clients to take them in.", server.unsentBytes.value)
    text.counter(
      "todo_unsent_refused_total", "Answers refused and connections closed because too much waited for clients.",
      server.unsentRefusals.value)
    text.counter(
      "todo_log_lines_dropped_total", "Log lines dropped because they were not read in time.", droppedLogLines.value)
    return text.text
  }

  private func write(_ link: BackendLink, to text: inout PrometheusText) {
    text.gauge("todo_pubsub_up", "Whether other servers are reached.", link.failure == nil ? 1 : 0)
    text.counter("todo_pubsub_published_total", "Payloads sent to other servers.", link.published)
    text.counter("todo_pubsub_received_total", "Payloads that came from other servers.", link.received)
    text.counter(
      "todo_pubsub_kept_back_total", "Payloads that could not be sent when they were published.", link.keptBack)
  }
}
