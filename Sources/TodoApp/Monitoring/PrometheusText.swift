import DatastarLocking

/// Figures as Prometheus reads them: its text exposition format, version 0.0.4.
public struct PrometheusText {
  /// The text so far.
  public private(set) var text = ""

  /// Without any figures.
  public init() {}

  /// A number that only grows.
  public mutating func counter(_ name: String, _ help: String, _ value: some LosslessStringConvertible) {
    head(name, help, "counter")
    text += "\(name) \(value)\n"
  }

  /// Numbers that only grow, told apart by a label, whose values must hold no quotes, backslashes or line breaks.
  public mutating func counter(_ name: String, _ help: String, by label: String, _ values: [(String, Int)]) {
    head(name, help, "counter")
    for (value, count) in values { text += "\(name){\(label)=\"\(value)\"} \(count)\n" }
  }

  /// A number that goes up and down.
  public mutating func gauge(_ name: String, _ help: String, _ value: some LosslessStringConvertible) {
    head(name, help, "gauge")
    text += "\(name) \(value)\n"
  }

  /// Numbers that go up and down, told apart by a label as those of ``counter(_:_:by:_:)``.
  public mutating func gauge(_ name: String, _ help: String, by label: String, _ values: [(String, Int)]) {
    head(name, help, "gauge")
    for (value, number) in values { text += "\(name){\(label)=\"\(value)\"} \(number)\n" }
  }

  /// A distribution.
  public mutating func histogram(_ name: String, _ help: String, _ histogram: Histogram) {
    head(name, help, "histogram")
    let (counts, sum) = histogram.snapshot
    var total = 0
    for (index, count) in counts.enumerated() {
      total += count
      let bound = index < histogram.bounds.count ? "\(histogram.bounds[index])" : "+Inf"
      text += "\(name)_bucket{le=\"\(bound)\"} \(total)\n"
    }
    text += "\(name)_sum \(sum)\n\(name)_count \(total)\n"
  }

  private mutating func head(_ name: String, _ help: String, _ type: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
  }
}
