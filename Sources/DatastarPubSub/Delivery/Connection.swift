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

  /// Makes a connection of a sink of its own.
  ///
  /// - Parameter sink: takes one frame of a topic, on the publisher's thread. Must return at once: a slow client is the
  ///   sink's to bear, not the publisher's.
  public init(sink: @escaping @Sendable (Frame, Topic) -> Delivery) {
    self.init(at: Sink(sink))
  }

  /// Makes one of the connections that an outlet serves.
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
}

/// The outlet of a single connection.
private final class Sink: Outlet {
  private let sink: @Sendable (Frame, Topic) -> Connection.Delivery

  init(_ sink: @escaping @Sendable (Frame, Topic) -> Connection.Delivery) { self.sink = sink }

  func deliver(_ frame: Frame, of topic: Topic) -> Connection.Delivery { sink(frame, topic) }

  func waitUntilSent() async {}
}
