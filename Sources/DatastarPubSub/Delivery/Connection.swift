import DatastarLocking

/// One client that broadcasts are delivered to: an id, and where what it is sent goes.
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
  let outlet: any Outlet

  /// Creates a connection of a sink of its own.
  ///
  /// - Parameters:
  ///   - sink: takes one frame of a topic, on the publisher's thread. Must return at once: a slow client is the sink's to
  ///     bear, not the publisher's.
  ///   - onDisconnect: is called where somebody else ends the connection, by ``Broadcaster/disconnect(_:)``, or closes
  ///     the core.
  public init(
    sink: @escaping @Sendable (Frame, Topic) -> Delivery, onDisconnect: @escaping @Sendable () -> Void = {}
  ) {
    self.init(at: Sink(sink, onDisconnect))
  }

  /// Creates one of the connections that an outlet serves.
  public init(at outlet: any Outlet) {
    id = ID(number: Self.numbers.next())
    self.outlet = outlet
  }

  private static let numbers = IDGenerator()
}

/// Where many connections are served together, such as the streams of one event loop: a broadcast is handed over once
/// for all of them.
public protocol Outlet: AnyObject, Sendable {
  /// Delivers a frame to those of the outlet's connections that are on `topic`, now or soon, in the order of the calls.
  /// Never waits for a client.
  ///
  /// - Returns: `gone` where all connections of the outlet can be forgotten.
  func deliver(_ frame: Frame, of topic: Topic) -> Connection.Delivery

  /// Returns when the clients have been sent what was delivered before.
  func waitUntilSent() async

  /// Lets one of the outlet's connections have nothing of `topic` that is delivered after this call: somebody else has
  /// taken it off the topic.
  func unsubscribe(_ id: Connection.ID, from topic: Topic)

  /// Ends one of the outlet's connections, which is on no topic any more: somebody else has ended it.
  func disconnect(_ id: Connection.ID)

  /// Called once when the core has been closed, after which nothing is delivered.
  func close()
}

/// The outlet of a single connection.
final class Sink: Outlet {
  private let sink: @Sendable (Frame, Topic) -> Connection.Delivery
  private let onDisconnect: @Sendable () -> Void

  init(
    _ sink: @escaping @Sendable (Frame, Topic) -> Connection.Delivery, _ onDisconnect: @escaping @Sendable () -> Void
  ) {
    (self.sink, self.onDisconnect) = (sink, onDisconnect)
  }

  func deliver(_ frame: Frame, of topic: Topic) -> Connection.Delivery { sink(frame, topic) }

  func waitUntilSent() async {}

  // The manager hands it frames of the topics that it is on, and of no others.
  func unsubscribe(_ id: Connection.ID, from topic: Topic) {}

  func disconnect(_ id: Connection.ID) { onDisconnect() }

  func close() { onDisconnect() }
}
