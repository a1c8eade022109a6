import CLibevent
import Logging

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
  private let responder: Responder
  private let logger: Logger
  private let admission: Admission
  private var listener: Listener?
  private var connections: [ObjectIdentifier: HTTPConnection] = [:]
  private var streams: [ObjectIdentifier: ResponseStream] = [:]
  /// How many connections there are that are one too many.
  private var refusals = 0
  private var handling = 0
  private var timers: [Event] = []
  /// Looks at what the server waits for when it stops.
  private var waiting: Event?
  private var clock = HTTPClock()

  /// So many of the connections that are too many are told so; those beyond are closed at once.
  private static let refusalLimit = 64

  /// How often a server that stops looks whether it can go on.
  private static let glance = Duration.milliseconds(10)

  /// Prepares to serve on `loop`, which has to be this thread's.
  init(
    loop: EventLoop, configuration: ServerConfiguration, admission: Admission, largeBodies: LargeBodies,
    unsent: UnsentBytes, logger: Logger, responder: @escaping Responder
  ) {
    loop.preconditionIsCurrent()
    self.loop = loop
    self.configuration = configuration
    self.admission = admission
    self.largeBodies = largeBodies
    self.unsent = unsent
    self.responder = responder
    self.logger = logger
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
    } onFailure: { [unowned self] reason in
      configuration.statistics.acceptPauses.add()
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
    let refusal = admission.open(by: configuration.isBehindProxy ? nil : address)
    if refusal != nil { configuration.statistics.refusedConnections.add() }
    guard refusal == nil || refusals < Self.refusalLimit else { return systemClose(descriptor) }
    let socket = Socket(descriptor, loop: loop, stallTimeout: configuration.stallTimeout, unsent: unsent)
    let connection = HTTPConnection(socket, from: address, of: self, refusal: refusal)
    let id = ObjectIdentifier(connection)
    connections[id] = connection
    if refusal == nil { configuration.statistics.connections.add() } else { refusals += 1 }
    socket.onClose = { [unowned self, unowned connection] in
      if refusal == nil { leave(address, connection.requester) } else { refusals -= 1 }
      connections[id] = nil
    }
    socket.read(true)
  }

  /// - Parameter requester: whose request the connection carried at its end, where that was counted by itself.
  private func leave(_ address: ClientAddress, _ requester: ClientAddress?) {
    if let requester { admission.leave(requester) }
    admission.close(by: configuration.isBehindProxy ? nil : address)
    configuration.statistics.connections.add(-1)
  }

  /// Counts a connection's request no more: all of its answer has been sent.
  func didAnswer(_ connection: HTTPConnection) {
    if let requester = connection.requester { admission.leave(requester) }
    connection.requester = nil
  }

  /// Who has sent a request, or the part of one that there is.
  private func client(_ head: RequestHead?, on connection: HTTPConnection) -> ClientAddress {
    configuration.isBehindProxy ? head?.headers.forwardedClient ?? .unknown : connection.address
  }

  /// Notes a request that was refused before there was a handler to ask.
  func didRefuse(_ error: HTTPError, head: RequestHead?, on connection: HTTPConnection) {
    let client = client(head, on: connection)
    configuration.statistics.answered(error.status)
    logger.info(
      "refused",
      metadata: [
        "client": "\(client)", "status": "\(error.status.rawValue)", "reason": "\(configuration.logged(error.reason))",
      ])
  }

  /// The header of a response; nil where the application has put a line break into it.
  func bytes(
    ofHead response: Response, to head: RequestHead?, keepsAlive: Bool, length: ResponseHead.Length
  ) -> [UInt8]? {
    let bytes = ResponseHead(
      status: response.status, headers: response.headers, date: clock.now(), isHTTP10: head?.isHTTP10 ?? false,
      keepsAlive: keepsAlive, length: length
    ).bytes
    if bytes == nil { logger.error("a handler has put a control character into a header field") }
    return bytes
  }
}

// MARK: - From request to response

extension ServerLoop {
  /// Has a request answered, on this loop from beginning to end: a handler that does not wait for anything never leaves
  /// the thread.
  func handle(_ received: ReceivedRequest, on connection: HTTPConnection) {
    // Connections that are there already may still ask; nothing new is begun for them.
    guard !isDraining else { return connection.answer(.text(.serviceUnavailable, "the server is stopping")) }
    let client = client(received.head, on: connection)
    if configuration.isBehindProxy {
      if let refusal = admission.enter(client) {
        configuration.statistics.refusedConnections.add()
        didRefuse(refusal, head: received.head, on: connection)
        return connection.answer(Response(refusal))
      }
      connection.requester = client
    }
    let request = Request(received, from: client, loop: loop)
    handling += 1
    Task(executorPreference: loop) { [self] in
      let response = await respond(to: request)
      if case .stream(let body) = response.body, request.method != .head {
        await stream(request, connection, response, body)
      } else {
        connection.answer(response)
      }
      handling -= 1
    }
  }

  private func respond(to request: Request) async -> Response {
    let start = ContinuousClock.now
    var response: Response
    do {
      response = try await responder(request)
    } catch let error as HTTPError {
      response = Response(error)
    } catch {
      logger.error("a handler failed", metadata: fields(of: request).merging(["error": "\(error)"]) { $1 })
      response = .failure
    }
    configuration.statistics.answered(response.status)
    response.headers["X-Request-Id"] = request.id.description
    log(request, answeredBy: response, after: ContinuousClock.now - start)
    return response
  }

  private func log(_ request: Request, answeredBy response: Response, after time: Duration) {
    let level: Logger.Level = configuration.quietPaths.contains(request.path) ? .debug : .info
    guard level >= logger.logLevel else { return }
    var fields = fields(of: request)
    fields["method"] = "\(request.method.rawValue)"
    fields["status"] = "\(response.status.rawValue)"
    fields["microseconds"] = "\(Int(time / .microseconds(1)))"
    if let reason = response.refusalReason { fields["reason"] = "\(configuration.logged(reason))" }
    logger.log(level: level, "request", metadata: fields)
  }

  private func log(endOf stream: ResponseStream, _ reason: String, to request: Request, after time: Duration) {
    guard .info >= logger.logLevel else { return }
    var fields = fields(of: request)
    fields["seconds"] = "\(Int(time / .seconds(1)))"
    fields["bytes"] = "\(stream.writtenBytes)"
    fields["reason"] = "\(reason)"
    logger.info("stream ended", metadata: fields)
  }

  /// What the log says of a request wherever it speaks of it. Only what the proxy in front is trusted with is told on.
  private func fields(of request: Request) -> Logger.Metadata {
    var fields: Logger.Metadata = [
      "request": "\(request.id)", "path": "\(configuration.logged(request.path))", "client": "\(request.client)",
    ]
    guard configuration.isBehindProxy else { return fields }
    for (header, name) in [("X-Request-Id", "proxy_request"), ("traceparent", "traceparent")] {
      if let id = request.headers[header], id.utf8.count <= Self.idLimit { fields[name] = "\(id)" }
    }
    return fields
  }

  /// A longer id is none.
  private static let idLimit = 128

  private func stream(
    _ request: Request, _ connection: HTTPConnection, _ response: Response,
    _ body: @Sendable (ResponseStream) async -> Void
  ) async {
    loop.preconditionIsCurrent()
    guard let stream = connection.detach(sendingHeadOf: response), stream.isOpen else { return }
    connections[ObjectIdentifier(connection)] = nil
    let (id, address, requester) = (ObjectIdentifier(stream), connection.address, connection.requester)
    streams[id] = stream
    configuration.statistics.streams.add()
    let start = ContinuousClock.now
    stream.onSocketClose { [unowned self, unowned stream] end in
      streams[id] = nil
      leave(address, requester)
      configuration.statistics.streams.add(-1)
      configuration.statistics.streamTimes.record(.now - start)
      if end == .stalled { configuration.statistics.stalledStreams.add() }
      log(endOf: stream, isDraining ? "the server stops" : end.rawValue, to: request, after: .now - start)
    }
    await body(stream)
  }
}

// MARK: - The end

extension ServerLoop {
  /// Answers as before, and closes each connection with its next answer.
  func leave() {
    loop.preconditionIsCurrent()
    keepsConnections = false
  }

  /// Takes no more connections and requests, and returns when those under way have been handled, or at the deadline.
  func finishRequests(until deadline: ContinuousClock.Instant) async {
    await act(until: deadline) { [self] in
      (isDraining, keepsConnections) = (true, false)
      listener = nil
      for connection in connections.values where connection.isIdle { connection.close() }
    } isDone: { [self] in
      handling == 0
    }
  }

  /// Ends every stream, and returns when the kernel has taken all that is to be sent, or at the deadline.
  func endStreams(until deadline: ContinuousClock.Instant) async {
    await act(until: deadline) { [self] in
      for stream in streams.values {
        stream.onStop?()
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
