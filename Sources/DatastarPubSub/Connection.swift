import Locking

/// One client that broadcasts are delivered to: an id and a sink that never blocks.
public struct Connection: Identifiable, Sendable {
  /// Names a connection; unique in the process.
  public struct ID: Hashable, Sendable, CustomStringConvertible {
    private let number: UInt64
    /// The number, for logs.
    public var description: String { "connection \(number)" }
    init(number: UInt64) { self.number = number }
  }

  /// What became of a frame that was delivered.
  public enum Delivery: Sendable {
    /// The client has it, will have it, or will have a newer one in its place.
    case accepted
    /// The client is gone; the connection can be forgotten.
    case gone
  }

  /// The connection's name.
  public let id: ID
  /// Where the sink has to be called; nil where any thread will do.
  let executor: (any DeliveryExecutor)?
  let sink: @Sendable (Frame, Topic) -> Delivery

  /// Makes a connection of a sink.
  ///
  /// - Parameters:
  ///   - executor: what the sink is called on. All connections with the same one are served by one hop a broadcast.
  ///   - sink: takes one frame of a topic. Must return at once: a slow client is the sink's to bear, not the
  ///     publisher's.
  public init(on executor: (any DeliveryExecutor)? = nil, sink: @escaping @Sendable (Frame, Topic) -> Delivery) {
    id = ID(number: Self.numbers.next())
    self.executor = executor
    self.sink = sink
  }

  private static let numbers = Counter()
}

/// A place where sinks run, such as an event loop.
public protocol DeliveryExecutor: AnyObject, Sendable {
  /// Runs `work` soon, after all that was handed over before it, without waiting for it.
  func execute(_ work: @escaping @Sendable () -> Void)
}
