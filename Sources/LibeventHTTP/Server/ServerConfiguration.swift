import Metrics

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
  /// Told where the server listens, once it answers requests: which port the system has chosen, for one.
  public var onListening: @Sendable (ListeningAddress) -> Void = { _ in }
  /// How many bytes the kernel takes for a connection before its client has them; it may count up to twice as many.
  public var sendBuffer: Int32 = 128 * 1024
  /// The same for an open response, whose slow client is better sent what is newest than all that there was meanwhile.
  public var streamSendBuffer: Int32 = 32 * 1024
  /// What a request may hold.
  public var requests = RequestLimits()
  /// How many connections there may be.
  public var connections = ConnectionLimits()
  /// How much may wait for clients to take it in.
  public var unsent = UnsentLimits()
  /// Whether `X-Forwarded-For` says who the client is, which is true behind a proxy that sets it and a lie elsewhere.
  /// Those for whom it names no address are ``ClientAddress/unknown`` then, together.
  public var isBehindProxy = false
  /// How long a request may take to come in whole, and a connection to begin with its first.
  public var requestTimeout = Duration.seconds(20)
  /// How long a connection may stay silent between two requests.
  public var idleTimeout = Duration.seconds(75)
  /// How long an answer or an open response may wait for its client to take in anything.
  public var stallTimeout = Duration.seconds(30)
  /// After how long without a write an event stream sends a sign of life.
  public var heartbeat = Duration.seconds(20)
  /// How long a stop may take: commands that are under way may finish for three quarters of it, and what is to be sent
  /// then goes out until its end.
  public var stopTimeout = Duration.seconds(4)
  /// For how long a stop goes on as before, but for keeping connections: a proxy gives up those it uses, and takes none
  /// of the others for a request in the moment in which they are closed.
  public var leaveTime = Duration.zero
  /// Makes of what is answered with 4xx or 5xx, by a handler or by the server itself, what the client is sent, once the
  /// request's header has been read; nothing else than it is by default.
  public var refusal: @Sendable (_ response: Response, _ path: String, _ headers: Headers) -> Response = {
    response, _, _ in response
  }
  /// Makes of a request's path, and of the reason for which one was refused, what the log says of it: what it is by
  /// default.
  public var logged: @Sendable (_ text: String) -> String = { $0 }
  /// The paths that are asked again and again by machines, of which the log tells at the level `debug`.
  public var quietPaths: Set<String> = []
  /// Where the server's figures go; what is bootstrapped with `MetricsSystem` unless said otherwise.
  public var metrics: any MetricsFactory = MetricsSystem.factory

  /// The defaults: loopback, port 8080, one loop.
  public init() {}
}

extension ServerConfiguration {
  /// - Throws: ``HTTPServerError/configuration(_:)`` for the first value with which there can be no server.
  func check() throws(HTTPServerError) {
    guard 0...65_535 ~= port else {
      throw .configuration("there is no port \(port): choose one up to 65535, or 0 for any that is free")
    }
    let times = [
      ("requestTimeout", requestTimeout), ("idleTimeout", idleTimeout), ("stallTimeout", stallTimeout),
      ("heartbeat", heartbeat),
    ]
    for (name, time) in times where time <= .zero {
      throw .configuration("the server's \(name) is \(time): it has to be more than no time")
    }
  }
}

/// The most that one request may hold, in bytes where nothing else is said.
public struct RequestLimits: Sendable {
  /// Of the first line.
  public var requestLine = 8 * 1024
  /// Of all header fields together, and of all fields after a chunked body.
  public var header = 16 * 1024
  /// How many header fields.
  public var fields = 100
  /// Of the body.
  public var body = 64 * 1024
  /// Of the body of a request with this method and path, where that is more than ``body``; as
  /// ``Router/bodyLimit(_:_:)`` says it. A server of a router asks that as well.
  public var largeBody: @Sendable (HTTPMethod, _ path: String) -> Int? = { _, _ in nil }
  /// Of all bodies over ``body`` together, in all of the server, until they are answered; more are answered 503.
  public var largeBodies = 16 * 1024 * 1024
  /// Of the line before a chunk.
  public var chunkLine = 256

  /// The defaults.
  public init() {}
}

/// The most connections that a server keeps, open streams among them; more are answered 503.
public struct ConnectionLimits: Sendable {
  /// In all.
  public var total = Int.max
  /// Of one address, or of one IPv6 network of 64 bits, which is what one customer is given. Behind a proxy, of those
  /// requests of the address that it names which are not answered yet, and of its open streams.
  public var perAddress = Int.max
  /// Whether that holds for clients on this machine as well.
  public var limitsLoopback = true

  /// No limits.
  public init() {}
}
