/// What a server listens on and what it allows.
public struct ServerConfiguration: Sendable {
  /// The name or address to listen on.
  public var host = "127.0.0.1"
  /// The TCP port; 0 lets the system choose one.
  public var port = 8080
  /// How many event loops share the port, each on a thread of its own.
  public var loops = 1
  /// How many connections may wait to be accepted, a loop.
  public var backlog: Int32 = 4096
  /// How many bytes the kernel takes for a connection before its client has them; it may count up to twice as many.
  public var sendBuffer: Int32 = 128 * 1024
  /// The most bytes of a request's line and header fields together.
  public var headerLimit = 16 * 1024
  /// The most bytes of a request's body.
  public var bodyLimit = 64 * 1024
  /// How long a connection may stay silent, between requests or in the middle of one.
  public var idleTimeout = Duration.seconds(30)
  /// How long an open response may wait for its client to take in anything.
  public var stallTimeout = Duration.seconds(30)
  /// After how long without a write an open response is asked for a sign of life; see ``ResponseStream/onIdle``.
  public var heartbeat = Duration.seconds(20)
  /// How long commands that are under way may take to finish when the server stops.
  public var stopTimeout = Duration.seconds(3)

  /// The defaults: loopback, port 8080, one loop.
  public init() {}
}
