/// The name of what connections subscribe to and broadcasts go to. Compared exactly; there are no wildcards.
public struct Topic: Hashable, Sendable, ExpressibleByStringInterpolation, CustomStringConvertible {
  /// The name.
  public let name: String

  /// Creates a topic of any text.
  public init(_ name: String) { self.name = name }

  /// Creates a topic of a literal.
  public init(stringLiteral name: String) { self.name = name }

  /// The name.
  public var description: String { name }
}
