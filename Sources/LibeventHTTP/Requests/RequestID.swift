import DatastarLocking

/// Names a request, unlike any other of this process and, but for chance, of any other process.
public struct RequestID: Sendable, Hashable, CustomStringConvertible {
  private let number = Self.numbers.next()
  private static let numbers = IDGenerator()
  private static let process = String(UInt32.random(in: .min ... .max), radix: 36)

  init() {}

  /// A few letters and digits.
  public var description: String { "\(Self.process)-\(String(number, radix: 36))" }
}
