import CLibevent
import Logging
import Metrics

/// One loop's share of a server: its listening socket, its connections, and the streams that it keeps open.
final class ServerLoop: @unchecked Sendable {
  // Sendable: the stored state is touched on the loop's thread only.
  let loop: EventLoop
  let configuration: ServerConfiguration
  let largeBodies: LargeBodies
  let unsent: UnsentBytes
  /// What is received, on its way to a connection's reader.
  let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)
  /// Whether connections are kept for more requests.
  private(set) var keepsConnections = true
  private(set) var isDraining = false
  let connectionLimiter: ConnectionLimiter
  let handler: RequestHandler
  private let logger: Logger
  private var listener: Listener?
  var connections: [ObjectIdentifier: HTTPConnection] = [:]
  var streams: [ObjectIdentifier: ResponseStream] = [:]
  /// How many connections there are that are one too many.
  private var refusals = 0
  /// How many requests have a handler that has not answered.
  var handling = 0
  /// How many streams have one that has not returned.
  var filling = 0
  private var timers: [Event] = []
  /// Looks at what the server waits for when it stops.
  private var waiting: Event?
  private var clock = HTTPClock()
  let metrics: ServerMetrics
  private var answers: [HTTPStatus: Counter] = [:]

  /// So many of the connections that are too many are told so; those beyond are closed at once.
  private static let refusalLimit = 64

  /// From so many requests on that are being handled, new connections come more slowly.
  private static let busy = 128

  /// How often a server that stops looks whether it can go on.
  private static let glance = Duration.milliseconds(10)

  /// Prepares to serve on `loop`, which has to be this thread's.
  init(
    loop: EventLoop, configuration: ServerConfiguration, connectionLimiter: ConnectionLimiter, largeBodies: LargeBodies,
    unsent: UnsentBytes, logger: Logger, responder: @escaping Responder
  ) {
    loop.preconditionIsCurrent()
    self.loop = loop
    self.configuration = configuration
    self.connectionLimiter = connectionLimiter
    self.largeBodies = largeBodies
    self.unsent = unsent
    self.logger = logger
    metrics = unsent.metrics
    handler = RequestHandler(configuration, logger: logger, responder: responder)
  }

  deinit { scratch.deallocate() }

  /// Accepts connections from `descriptor`, which listens already.
  func listen(on descriptor: Int32) throws(HTTPServerError) {
    loop.preconditionIsCurrent()
    // Ticks are a quarter of the interval, which is as exact as a heartbeat has to be, and cost a write nothing.
    let ticks = 4
    let heartbeat = loop.repeating(every: configuration.heartbeat / ticks) { [unowned self] in
      for stream in streams.values { stream.tick(idleLimit: ticks) }
    }
    let patience = min(configuration.requestTimeout, configuration.idleTimeout, .seconds(4))
    let sweeping = loop.repeating(every: patience / 4) { [unowned self] in sweep() }
    timers = [heartbeat, sweeping]
    listener = try Listener(descriptor, loop: loop) { [unowned self] in
      accept($0, from: $1)
    } isBusy: { [unowned self] in
      handling >= Self.busy
    } onFailure: { [unowned self] reason in
      metrics.acceptPauses.increment()
      logger.warning("no connection can be accepted; trying again", metadata: ["reason": "\(reason)"])
    }
  }

  /// Closes the connections that have let their time pass.
  private func sweep() {
    let now = ContinuousClock.now
    for connection in connections.values where connection.deadline < now { connection.expire() }
  }
}

// MARK: - Connections

extension ServerLoop {
  private func accept(_ descriptor: Int32, from address: ClientAddress) {
    let refusal = connectionLimiter.open(by: configuration.isBehindProxy ? nil : address)
    if refusal != nil { metrics.refusedConnections.increment() }
    guard refusal == nil || refusals < Self.refusalLimit else { return systemClose(descriptor) }
    let socket = Socket(descriptor, loop: loop, stallTimeout: configuration.stallTimeout, unsent: unsent)
    let connection = HTTPConnection(socket, from: address, of: self, refusal: refusal)
    let id = ObjectIdentifier(connection)
    connections[id] = connection
    if refusal == nil { metrics.connections.increment() } else { refusals += 1 }
    socket.onClose = { [unowned self, unowned connection] in
      if refusal == nil { leave(address, connection.requester) } else { refusals -= 1 }
      connection.cancelHandler()
      connections[id] = nil
    }
    socket.read(true)
  }

  /// - Parameter requester: whose request the connection carried at its end, where that was counted by itself.
  func leave(_ address: ClientAddress, _ requester: ClientAddress?) {
    if let requester { connectionLimiter.leave(requester) }
    connectionLimiter.close(by: configuration.isBehindProxy ? nil : address)
    metrics.connections.decrement()
  }

  /// Counts a connection's request no more: all of its answer has been sent.
  func didAnswer(_ connection: HTTPConnection) {
    if let requester = connection.requester { connectionLimiter.leave(requester) }
    connection.requester = nil
  }

  /// Who has sent a request, or the part of one that there is.
  func client(_ head: RequestHead?, on connection: HTTPConnection) -> ClientAddress {
    configuration.isBehindProxy ? head?.headers.forwardedClient ?? .unknown : connection.address
  }

  /// Notes a request that was refused before there was a handler to ask.
  func didRefuse(_ error: HTTPError, head: RequestHead?, on connection: HTTPConnection) {
    count(error.status)
    handler.log.refused(client(head, on: connection), error)
  }

  /// Counts a request by what it is answered with.
  func count(_ status: HTTPStatus) {
    let counter = answers[status] ?? metrics.requests(answeredWith: status)
    answers[status] = counter
    counter.increment()
  }

  /// The header of a response.
  func bytes(
    ofHead response: Response, to head: RequestHead?, keepsAlive: Bool, length: ResponseHead.Length
  ) -> [UInt8] {
    ResponseHead(
      status: response.status, headers: response.headers, date: clock.now(), isHTTP10: head?.isHTTP10 ?? false,
      keepsAlive: keepsAlive, length: length
    ).bytes
  }
}

// MARK: - The end

extension ServerLoop {
  /// Answers as before, and closes each connection with its next answer.
  func leave() {
    loop.preconditionIsCurrent()
    keepsConnections = false
  }

  /// Takes no more connections and requests, and returns when those under way have been answered, or at the deadline.
  func finishRequests(until deadline: ContinuousClock.Instant) async {
    await act(until: deadline) { [self] in
      (isDraining, keepsConnections) = (true, false)
      listener = nil
      for connection in connections.values where connection.isIdle { connection.close() }
    } isDone: { [self] in
      handling == 0
    }
  }

  /// Tells the handlers that fill streams to come to an end, and returns when they have, or at the deadline.
  ///
  /// What a stream has begun with is completed so, and what waits for more that may never come is not waited for.
  func finishFilling(until deadline: ContinuousClock.Instant) async {
    await act(until: deadline) { [self] in
      for stream in streams.values where stream.handler != nil {
        stream.stop()
        stream.handler?.cancel()
      }
    } isDone: { [self] in
      filling == 0
    }
  }

  /// Ends every stream, and returns when the kernel has taken all that is to be sent, or at the deadline.
  func endStreams(until deadline: ContinuousClock.Instant) async {
    await act(until: deadline) { [self] in
      for stream in streams.values {
        stream.stop()
        stream.end()
      }
    } isDone: { [self] in
      streams.values.allSatisfy(\.isDrained) && !connections.values.contains(where: \.isSending)
    }
  }

  /// Gives up all that is still open. The loop must not be asked to serve again.
  func close() {
    loop.preconditionIsCurrent()
    timers = []
    for stream in streams.values { stream.close() }
    for connection in connections.values { connection.close() }
  }

  /// Acts on the loop, and returns when that is done, which is looked at now and then, or at the deadline.
  private func act(
    until deadline: ContinuousClock.Instant, _ action: @escaping @Sendable () -> Void,
    isDone: @escaping @Sendable () -> Bool
  ) async {
    await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
      loop.execute { [self] in
        action()
        if isDone() { return done.resume() }
        waiting = loop.repeating(every: Self.glance) { [unowned self] in
          guard isDone() || ContinuousClock.now >= deadline else { return }
          waiting = nil
          done.resume()
        }
      }
    }
  }
}
