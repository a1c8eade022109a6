import DatastarLocking
import Testing

@testable import TodoApp

@Suite("PrometheusText: figures as Prometheus reads them") struct PrometheusTextTests {
  @Test("counters, gauges and labels are one line each under their help and type")
  func lines() {
    var text = PrometheusText()
    text.gauge("streams", "Open streams.", 3)
    text.gauge("build_info", "Version.", by: "version", [("1.0", 1)])
    text.counter("refused_total", "Refused.", by: "status", [("403", 1), ("429", 2)])
    #expect(
      text.text == """
        # HELP streams Open streams.
        # TYPE streams gauge
        streams 3
        # HELP build_info Version.
        # TYPE build_info gauge
        build_info{version="1.0"} 1
        # HELP refused_total Refused.
        # TYPE refused_total counter
        refused_total{status="403"} 1
        refused_total{status="429"} 2

        """)
  }

  @Test("a histogram counts up through its buckets and ends with the sum and the number")
  func histogram() {
    let histogram = Histogram(bounds: [0.5, 2])
    for quantity in [0.25, 0.5, 1, 100] { histogram.record(quantity) }
    var text = PrometheusText()
    text.histogram("size", "Sizes.", histogram)
    #expect(
      text.text.split(separator: "\n").dropFirst(2) == [
        "size_bucket{le=\"0.5\"} 2", "size_bucket{le=\"2.0\"} 3", "size_bucket{le=\"+Inf\"} 4", "size_sum 101.75",
        "size_count 4",
      ])
  }

  @Test("counting from many threads loses nothing")
  func concurrency() async {
    let (tally, histogram) = (Tally(), Histogram(bounds: [1]))
    await withTaskGroup { group in
      for _ in 0..<8 {
        group.addTask {
          for _ in 0..<10_000 {
            tally.add()
            histogram.record(0.5)
          }
        }
      }
    }
    #expect(tally.value == 80_000)
    #expect(histogram.snapshot.counts == [80_000, 0] && histogram.snapshot.sum == 40_000)
  }
}
