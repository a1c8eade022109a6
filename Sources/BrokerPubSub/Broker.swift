import DatastarPubSub
import LibeventHTTP

/// A broker that can join processes: what its address says, and how it is connected to.
///
/// ```
/// BrokerBackend   any thread: own process first, who is told of what
///   └─ BrokerLink   one loop: topics, what is kept back, probes, attempts
///        └─ any BrokerConnection   one connection, until it ends
/// ```
protocol Broker: Sendable {
  /// What it is called in the log, without what is secret: "Redis at 127.0.0.1:6379".
  var title: String { get }
  /// How long connecting may take, if all that the address names is tried.
  var connectTimeout: Duration { get }

  /// Begins to connect. What is asked of the connection meanwhile waits in it.
  ///
  /// - Parameters:
  ///   - loop: owns the connection: called on its thread, where all calls and reports are.
  ///   - report: told what comes from the broker. It may close the connection.
  /// - Throws: ``BrokerFailure`` where it fails at once.
  func connect(
    on loop: EventLoop, report: @escaping (BrokerEvent) -> Void
  ) throws(BrokerFailure) -> any BrokerConnection
}

/// How long a broker gets to answer.
let brokerPatience = Duration.seconds(2)

/// What comes from a broker.
enum BrokerEvent {
  /// A subscription has taken hold: what is published from now on arrives.
  case subscribed(Topic)
  /// A message. The bytes are valid during the call only.
  case received(UnsafeRawBufferPointer, Topic)
  /// The connection has ended, or is of no use; reported once.
  case failed(String)
}

/// One connection to a broker, or what serves as one, from its beginning to its end; it is never opened again.
///
/// Belongs to its loop: every call is on the loop's thread, and none waits for the broker.
protocol BrokerConnection: AnyObject {
  /// Returns whether the broker takes a message as large as this one.
  func takes(_ message: [UInt8], on topic: Topic) -> Bool

  /// Publishes a message, after those before it.
  ///
  /// - Parameter done: called once, later or within the call: whether the broker has the message.
  func publish(_ message: [UInt8], to topic: Topic, _ done: @escaping (_ isSent: Bool) -> Void)

  /// Subscribes to what all processes publish, this one included where the broker cannot leave that out.
  func subscribe(to topic: Topic)

  /// Ends a subscription.
  func unsubscribe(from topic: Topic)

  /// Calls `done` when the broker has what has been published, or cannot have it any more.
  func finish(_ done: @escaping () -> Void)

  /// Gives the connection up. What has no answer yet is not sent; nothing is reported any more.
  func close()
}

/// Why a broker cannot be had.
struct BrokerFailure: Error {
  let cause: String
  init(_ cause: String) { self.cause = cause }
}
