import DatastarLocking
import DatastarPubSub
import TodoStorage

extension Monitoring {
  /// All figures, in Prometheus' text. Each is there from the start.
  var figures: String {
    var text = PrometheusText()
    writeProcess(to: &text)
    text.gauge("todo_build_info", "Always 1; the version is its label.", by: "version", [(TodoApp.version, 1)])
    text.gauge(
      "todo_connections", "Connections that are open, streams among them.", value("http_server_open_connections"))
    text.gauge("todo_streams", "Event streams that are open.", value("http_server_open_streams"))
    text.gauge("todo_topics", "Topics that have streams.", broadcaster.topics.count)
    text.counter("todo_frames_rendered_total", "Frames rendered.", views.renderedFrames.value)
    text.gauge("todo_reads_waiting", "Long reads and renders that wait for their turn.", work.waitingCount)
    text.counter(
      "todo_reads_refused_total", "Answers refused because too many long ones waited to be made.", work.refused)
    text.gauge("todo_cache_bytes", "Pages and exports that are kept for those who ask for them again.", renders.size)
    text.counter("todo_deliveries_total", "Frames handed to streams.", value("datastar_stream_deliveries_total"))
    text.counter(
      "todo_frames_conflated_total", "Frames that a newer one replaced before a slow stream took them.",
      value("datastar_stream_conflated_frames_total"))
    text.counter(
      "todo_messages_dropped_total", "Offers to undo that a slow stream was not sent, because too many waited.",
      value("datastar_stream_dropped_messages_total"))
    text.counter(
      "todo_stream_bytes_total", "Bytes of frames, with their framing.", by: "encoding",
      ["gzip", "identity"].map { ($0, metrics.number("datastar_stream_bytes_total", $0).value) })
    text.counter(
      "todo_streams_stalled_total", "Streams closed because their clients took nothing in.",
      value("http_server_stalled_streams_total"))
    text.gauge(
      "todo_store_up", "Whether the database has not failed since it last worked.", storeWatch.isUp ? 1 : 0)
    text.counter(
      "todo_store_errors_total", "Commands and reads that the database failed.", by: "cause", storeWatch.faultCounts)
    text.histogram("todo_post_duration_seconds", "Time from a command's request to its answer.", commands)
    text.histogram("todo_render_duration_seconds", "Time to render what is broadcast.", topics.renderTimes)
    text.histogram(
      "todo_broadcast_duration_seconds", "Time from a commit until all that follow it have been handed it.",
      topics.broadcastTimes)
    text.histogram(
      "todo_stream_duration_seconds", "How long the streams that have ended were open.",
      metrics.histogram("http_server_stream_duration_seconds"))
    text.histogram("todo_commit_group_size", "Commands in each commit.", store.commitGroupSizes)
    text.gauge("todo_commands_waiting", "Commands that wait for their commit.", store.waitingCommits)
    text.histogram("todo_commit_rows", "Rows written by each commit.", store.commitRowCounts)
    if let files = store.files { write(files, to: &text) }
    if let status = broadcaster.status { write(status, to: &text) }
    let answered = answeredRequests
    text.counter("todo_requests_total", "Requests, by what they were answered with.", by: "status", answered)
    text.counter(
      "todo_requests_refused_total", "Those answered with 4xx or 5xx.", by: "status",
      answered.filter { $0.0 >= "400" })
    text.counter(
      "todo_connections_refused_total", "Connections over the limits.", value("http_server_refused_connections_total"))
    text.counter(
      "todo_accept_pauses_total", "Times that accepting paused for want of descriptors.",
      value("http_server_accept_pauses_total"))
    text.gauge("todo_unsent_bytes", "Bytes that wait for clients to take them in.", value("http_server_unsent_bytes"))
    text.counter(
      "todo_unsent_refused_total", "Answers refused and connections closed because too much waited for clients.",
      value("http_server_unsent_refusals_total"))
    text.counter(
      "todo_log_lines_dropped_total", "Log lines dropped because they were not read in time.", droppedLogLines.value)
    return text.text
  }

  /// The statuses that requests are answered with, so that each is there from the start.
  private static let statuses = [
    200, 201, 204, 301, 303, 304, 400, 403, 404, 405, 408, 413, 414, 415, 417, 421, 422, 429, 431, 500, 501, 503,
  ]

  private var answeredRequests: [(String, Int)] {
    let label = "http_server_requests_total"
    for status in Self.statuses { _ = metrics.number(label, String(status)) }
    return metrics.numbers(label)
  }

  private func value(_ label: String) -> Int { metrics.number(label).value }

  /// By the names that Prometheus' own clients use.
  private func writeProcess(to text: inout PrometheusText) {
    text.gauge("process_start_time_seconds", "When the process began, in seconds since 1970.", start)
    text.counter(
      "process_cpu_seconds_total", "Processor time of the process.", ProcessFigures.processorSeconds)
    if let bytes = ProcessFigures.residentBytes {
      text.gauge("process_resident_memory_bytes", "Memory in use.", bytes)
    }
    if let count = ProcessFigures.openDescriptors { text.gauge("process_open_fds", "Open descriptors.", count) }
    text.gauge("process_max_fds", "How many there may be.", ProcessFigures.descriptorLimit)
  }

  private func write(_ files: StoreFiles, to text: inout PrometheusText) {
    text.gauge("todo_database_bytes", "Size of the database's file.", files.size)
    if let free = files.freeBytes {
      text.gauge("todo_database_free_bytes", "Bytes that can still be written where the database is.", free)
    }
    text.gauge("todo_database_log_bytes", "Size of the database's log, the -wal file.", files.logSize)
    text.counter(
      "todo_database_log_truncations_total", "Times that the log was too large and was made small.",
      files.logTruncations)
  }

  private func write(_ status: BackendStatus, to text: inout PrometheusText) {
    text.gauge("todo_pubsub_up", "Whether other servers are reached.", status.failure == nil ? 1 : 0)
    text.counter("todo_pubsub_published_total", "Payloads sent to other servers.", status.published)
    text.counter("todo_pubsub_received_total", "Payloads that came from other servers.", status.received)
    text.counter(
      "todo_pubsub_kept_back_total", "Payloads that could not be sent when they were published.", status.keptBack)
  }
}
