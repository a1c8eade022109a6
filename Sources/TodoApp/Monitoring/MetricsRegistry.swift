import DatastarLocking
import Metrics

/// Keeps what the libraries emit to swift-metrics, for `/metrics` to be written from.
///
/// What has one label and the same dimensions is one number, whoever counts it.
public final class MetricsRegistry: MetricsFactory {
  private let state = Locked(State())

  private struct State {
    var numbers: [Key: Tally] = [:]
    var histograms: [Key: Histogram] = [:]
  }

  private struct Key: Hashable {
    let label: String
    let dimensions: [String]
  }

  /// The bounds of the buckets for what is recorded by each label; what has none is in one bucket.
  private static let bounds = ["http_server_stream_duration_seconds": [1, 10, 60, 600, 3_600, 21_600, 86_400.0]]

  /// Creates a registry of numbers that are all 0.
  public init() {}

  /// Returns the number of a label, and of the value of its one dimension where it has one.
  func number(_ label: String, _ dimension: String? = nil) -> Tally {
    let key = Key(label: label, dimensions: dimension.map { [$0] } ?? [])
    return state.withLock { state in
      let number = state.numbers[key] ?? Tally()
      state.numbers[key] = number
      return number
    }
  }

  /// Returns what has been recorded by a label.
  func histogram(_ label: String) -> Histogram {
    state.withLock { state in
      let key = Key(label: label, dimensions: [])
      let histogram = state.histograms[key] ?? Histogram(bounds: Self.bounds[label] ?? [])
      state.histograms[key] = histogram
      return histogram
    }
  }

  /// Returns the values that a label's one dimension has had, in their order, each with its number.
  func numbers(_ label: String) -> [(String, Int)] {
    state.withLock(\.numbers).filter { $0.key.label == label }
      .map { ($0.key.dimensions.joined(separator: ","), $0.value.value) }.sorted { $0.0 < $1.0 }
  }

  private func number(_ label: String, _ dimensions: [(String, String)]) -> Tally {
    number(label, dimensions.isEmpty ? nil : dimensions.map(\.1).joined(separator: ","))
  }

  /// Returns a handler that counts up the number of a label.
  public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    RegisteredNumber(number(label, dimensions))
  }

  /// Returns a handler that counts the number of a label up and down.
  public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    RegisteredNumber(number(label, dimensions))
  }

  /// Returns a handler that adds to what has been recorded by a label, or without `aggregate` sets its number.
  public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
    aggregate ? RegisteredHistogram(histogram(label)) : RegisteredNumber(number(label, dimensions))
  }

  /// Returns a handler that adds to the times that have been recorded by a label, kept in seconds.
  public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    RegisteredHistogram(histogram(label))
  }

  /// Does nothing: who counts again by the same label goes on where the last one was.
  public func destroyCounter(_ handler: any CounterHandler) {}

  /// Does nothing, as ``destroyCounter(_:)``.
  public func destroyMeter(_ handler: any MeterHandler) {}

  /// Does nothing, as ``destroyCounter(_:)``.
  public func destroyRecorder(_ handler: any RecorderHandler) {}

  /// Does nothing, as ``destroyCounter(_:)``.
  public func destroyTimer(_ handler: any TimerHandler) {}
}

/// A number that is counted up and down, in whole steps.
private final class RegisteredNumber: CounterHandler, MeterHandler, RecorderHandler {
  private let number: Tally

  init(_ number: Tally) { self.number = number }

  func increment(by amount: Int64) { number.add(Int(amount)) }
  func increment(by amount: Double) { number.add(Int(amount)) }
  func decrement(by amount: Double) { number.add(-Int(amount)) }
  func reset() { number.set(0) }
  func set(_ value: Int64) { number.set(Int(value)) }
  func set(_ value: Double) { number.set(Int(value)) }
  func record(_ value: Int64) { number.set(Int(value)) }
  func record(_ value: Double) { number.set(Int(value)) }
}

/// A distribution of what is recorded; of times in seconds.
private final class RegisteredHistogram: TimerHandler, RecorderHandler {
  private let histogram: Histogram

  init(_ histogram: Histogram) { self.histogram = histogram }

  func recordNanoseconds(_ duration: Int64) { histogram.record(.nanoseconds(duration)) }
  func record(_ value: Int64) { histogram.record(Double(value)) }
  func record(_ value: Double) { histogram.record(value) }
}
