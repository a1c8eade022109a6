import DatastarPubSub

/// A real broker that a test starts, ends and stops as it likes. Whoever speaks to it says a password.
protocol BrokerServer: AnyObject, SendableMetatype {
  /// Starts one on a port of its own, and returns when it answers.
  static func started() async throws -> Self

  /// Starts it anew, on the same port and with what it has kept, and returns when it answers.
  func start() async throws

  /// Ends it at once, as a crash would.
  func kill()

  /// Stops it without a word to its clients, until ``resume()``.
  func pause()

  func resume()

  /// A process's end of it.
  func backend(hasPassword: Bool) throws -> any Backend

  /// What a failure says of where it is.
  var title: String { get }

  /// What a failure says of a wrong password.
  static var refusal: String { get }

  /// More bytes than it takes; nil where it takes more than a test has.
  static var tooMany: Int? { get }
}

extension BrokerServer {
  func client(hasPassword: Bool = true) throws -> BrokerClient {
    BrokerClient(try backend(hasPassword: hasPassword))
  }

  /// Two processes' ends, up and subscribed to a topic.
  func pair(on topic: Topic = "a") async throws -> (BrokerClient, BrokerClient) {
    let (one, two) = (try client(), try client())
    for client in [one, two] { try await client.subscribe(to: topic) }
    return (one, two)
  }
}
