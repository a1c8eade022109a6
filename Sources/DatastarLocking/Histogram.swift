/// How often a quantity had about which size, counted in buckets. Any thread may record.
public final class Histogram: Sendable {
  /// The upper bounds of the buckets, in rising order; what is above the last has a bucket of its own.
  public let bounds: [Double]
  private let counts: [Tally]
  /// In millionths, so that it can be added to without a lock.
  private let sum = Tally()

  /// Counts in buckets that end with `bounds`.
  public init(bounds: [Double]) {
    self.bounds = bounds
    counts = (0...bounds.count).map { _ in Tally() }
  }

  /// Counts one quantity.
  public func record(_ quantity: Double) {
    counts[bounds.firstIndex { quantity <= $0 } ?? bounds.count].add()
    sum.add(Int(quantity * 1_000_000))
  }

  /// Counts a time, in seconds.
  public func record(_ duration: Duration) {
    record(duration / .seconds(1))
  }

  /// How many quantities there were in each bucket, and the sum of all.
  public var snapshot: (counts: [Int], sum: Double) {
    (counts.map(\.value), Double(sum.value) / 1_000_000)
  }
}
