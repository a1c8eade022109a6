import Synchronization

/// A number that any thread may count up and down.
public final class Tally: Sendable {
  private let number = Atomic<Int>(0)

  /// Counts from zero.
  public init() {}

  /// The number of now.
  public var value: Int { number.load(ordering: .relaxed) }

  /// Counts up, or with a negative amount down.
  public func add(_ amount: Int = 1) {
    number.add(amount, ordering: .relaxed)
  }

  /// Goes on from another number.
  public func set(_ value: Int) {
    number.store(value, ordering: .relaxed)
  }
}
