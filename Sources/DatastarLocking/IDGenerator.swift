/// A number that any thread may count up.
public final class IDGenerator: Sendable {
  private let last = Locked<UInt64>(0)

  /// A counter whose first number is 1.
  public init() {}

  /// The next number; never the same twice.
  public func next() -> UInt64 {
    last.withLock { last in
      last += 1
      return last
    }
  }
}
