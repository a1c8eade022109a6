import Metrics
import Testing

@testable import TodoApp

@Suite("MetricsRegistry: what libraries emit to swift-metrics") struct MetricsRegistryTests {
  private let registry = MetricsRegistry()

  @Test("who counts by the same label counts the same number, and each value of a dimension is one of its own")
  func numbers() {
    Counter(label: "requests", dimensions: [("status", "200")], factory: registry).increment()
    Counter(label: "requests", dimensions: [("status", "200")], factory: registry).increment(by: 2)
    Counter(label: "requests", dimensions: [("status", "404")], factory: registry).increment()
    let open = Meter(label: "open", factory: registry)
    open.increment(by: 3)
    open.decrement()
    Gauge(label: "level", factory: registry).record(7)
    #expect(registry.numbers("requests").map(\.0) == ["200", "404"])
    #expect(registry.numbers("requests").map(\.1) == [3, 1])
    #expect(registry.number("open").value == 2 && registry.number("level").value == 7)
  }

  @Test("times are kept in seconds, in the buckets of their label")
  func times() {
    Timer(label: "http_server_stream_duration_seconds", factory: registry).record(duration: .milliseconds(1_500))
    let (counts, sum) = registry.histogram("http_server_stream_duration_seconds").snapshot
    #expect(counts == [0, 1, 0, 0, 0, 0, 0, 0] && sum == 1.5)
    Recorder(label: "sizes", factory: registry).record(20)
    #expect(registry.histogram("sizes").snapshot.counts == [1])
  }
}
