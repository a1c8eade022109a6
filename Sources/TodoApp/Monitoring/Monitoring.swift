import DatastarHTTP
import DatastarLocking
import DatastarPubSub
import LibeventHTTP
import TodoStorage

/// What those who run the server look at: whether it is there, whether it can serve, and its figures.
struct Monitoring: Sendable {
  let store: any TodoStore
  let storeWatch: StoreWatch
  let broadcaster: Broadcaster
  let topics: LiveTopics
  let views: Views
  let renders: RenderCache
  let work: LargeWork
  let metrics: MetricsRegistry
  let droppedLogLines: Tally
  let start = ProcessFigures.now
  let isStopping = Locked(false)
  let commands = Histogram(bounds: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5])

  init(
    store: any TodoStore, storeWatch: StoreWatch, broadcaster: Broadcaster, topics: LiveTopics, views: Views,
    renders: RenderCache, work: LargeWork, metrics: MetricsRegistry, droppedLogLines: Tally
  ) {
    (self.store, self.storeWatch, self.broadcaster, self.topics) = (store, storeWatch, broadcaster, topics)
    (self.views, self.renders, self.work, self.metrics) = (views, renders, work, metrics)
    self.droppedLogLines = droppedLogLines
  }

  /// Where those are answered.
  static let paths: Set<String> = ["/healthz", "/readyz", "/metrics"]

  func add(to router: inout Router) {
    router.get("/healthz") { _ in .text(.ok, "ok") }
    router.get("/readyz") { request in
      if isStopping.withLock({ $0 }) { throw HTTPError(.serviceUnavailable, "the server is stopping") }
      // For a proxy, which has to know where pages can be read: a full disk is the same at all servers, and no reason
      // to send nobody anything.
      if try request.queryFields()["reading"] == nil { try await store.check() } else { try await store.checkReading() }
      // Not a reason to be sent no requests: commands are carried out, and shown here.
      let reason = broadcaster.status?.failure.map { "; other servers are not reached: \($0)" }
      return .text(.ok, "ready\(reason ?? "")")
    }
    router.get("/metrics") { _ in
      // Not on the loop: to count ten thousand descriptors takes some milliseconds.
      let text = await Task.detached { figures }.value
      return Response(
        headers: ["Content-Type": "text/plain; version=0.0.4; charset=utf-8", "Cache-Control": "no-store"],
        body: Array(text.utf8))
    }
  }

  /// Measures how long commands take until they are on the disk and answered.
  func measure(_ request: Request, _ next: Responder) async throws -> Response {
    guard request.method == .post else { return try await next(request) }
    let start = ContinuousClock.now
    defer { commands.record(.now - start) }
    return try await next(request)
  }
}
