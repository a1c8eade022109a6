import CLibevent
import Logging

#if canImport(Glibc)
  import Glibc
#endif

/// One loop's share of a server: its evhttp, its listening socket, and the streams that it keeps open.
final class ServerLoop: @unchecked Sendable {
  // Sendable: the stored state is touched on the loop's thread only.
  let loop: EventLoop
  private let configuration: ServerConfiguration
  private let responder: Responder
  private let logger: Logger
  private let http: OpaquePointer
  private var listener: OpaquePointer?
  private var streams: [ObjectIdentifier: ResponseStream] = [:]
  private var handling = 0
  private var isDraining = false
  private var whenIdle: CheckedContinuation<Void, Never>?
  private var deadline: Event?
  private var heartbeat: Event?

  /// Prepares to serve on `loop`, which has to be this thread's.
  init(
    loop: EventLoop, configuration: ServerConfiguration, responder: @escaping Responder, logger: Logger
  ) throws(HTTPServerError) {
    loop.preconditionIsCurrent()
    guard let http = evhttp_new(loop.base) else { throw .libevent("evhttp_new") }
    self.loop = loop
    self.configuration = configuration
    self.responder = responder
    self.logger = logger
    self.http = http
    evhttp_set_allowed_methods(http, HTTPMethod.allCommands)
    evhttp_set_default_content_type(http, nil)
    evhttp_set_max_headers_size(http, configuration.headerLimit)
    // evhttp refuses larger bodies unread, in its own words; what is only somewhat too large gets ours.
    evhttp_set_max_body_size(http, 4 * configuration.bodyLimit)
    evhttp_set_flags(http, EVHTTP_SERVER_LINGERING_CLOSE)
    var timeout = timeval(configuration.idleTimeout)
    evhttp_set_timeout_tv(http, &timeout)
    evhttp_set_gencb(
      http,
      { request, context in
        guard let request, let context else { return }
        Unmanaged<ServerLoop>.fromOpaque(context).takeUnretainedValue().handle(Exchange(handle: request))
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  /// Accepts connections from `descriptor`, which listens already.
  func listen(on descriptor: Int32) throws(HTTPServerError) {
    loop.preconditionIsCurrent()
    let flags = UInt32(LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC)
    // Ticks are a quarter of the interval, which is as exact as a heartbeat has to be, and cost a write nothing.
    let ticks = 4
    heartbeat = loop.repeating(every: configuration.heartbeat / ticks) { [unowned self] in
      for stream in streams.values { stream.tick(idleLimit: ticks) }
    }
    listener = evconnlistener_new(loop.base, nil, nil, flags, 0, descriptor)
    guard listener != nil, evhttp_bind_listener(http, listener) != nil else { throw .libevent("evhttp_bind_listener") }
  }

  /// Takes no more connections, lets the commands under way finish, and ends every stream.
  func drain() async {
    await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
      loop.execute { [self] in
        isDraining = true
        if let listener { evconnlistener_disable(listener) }
        if handling == 0 { done.resume() } else { waitUntilIdle(done) }
      }
    }
    await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
      loop.execute { [self] in
        for stream in streams.values { stream.end() }
        done.resume()
      }
    }
  }

  /// Frees what evhttp holds. The loop must not be asked to serve again.
  func close() {
    loop.preconditionIsCurrent()
    heartbeat = nil
    for stream in streams.values { stream.close() }
    evhttp_free(http)
  }

  private func waitUntilIdle(_ done: CheckedContinuation<Void, Never>) {
    whenIdle = done
    deadline = Event(base: loop.base) { [unowned self] _ in finishDraining() }
    deadline?.add(timeout: configuration.stopTimeout)
  }

  private func finishDraining() {
    whenIdle?.resume()
    whenIdle = nil
    deadline = nil
  }
}

// MARK: - From request to response

extension ServerLoop {
  private func handle(_ exchange: Exchange) {
    let request: Request
    do throws(HTTPError) {
      // Connections that are there already may still ask; nothing new is begun for them.
      guard !isDraining else { throw HTTPError(.serviceUnavailable, "the server is stopping") }
      request = try Request(exchange, loop: loop)
      guard request.body.count <= configuration.bodyLimit else {
        throw HTTPError(.contentTooLarge, "the body is larger than \(configuration.bodyLimit) bytes")
      }
    } catch {
      return reply(exchange, .text(error.status, error.reason))
    }
    handling += 1
    // On its loop from beginning to end: a handler that does not wait for anything never leaves the thread.
    Task(executorPreference: loop) { [self] in
      let response = await respond(to: request)
      if case .stream(let body) = response.body, request.method != .head {
        await stream(exchange, response, body)
      } else {
        reply(exchange, response)
      }
      handling -= 1
      if handling == 0 { finishDraining() }
    }
  }

  private func respond(to request: Request) async -> Response {
    do {
      return try await responder(request)
    } catch let error as HTTPError {
      return .text(error.status, error.reason)
    } catch {
      logger.error(
        "a handler failed", metadata: ["method": "\(request.method)", "path": "\(request.path)", "error": "\(error)"])
      return .text(.internalServerError, "the server failed to answer; its log says why")
    }
  }

  /// Answers whole: of a stream that is only asked about, the header.
  private func reply(_ exchange: Exchange, _ response: Response) {
    loop.preconditionIsCurrent()
    let bytes: [UInt8] = if case .bytes(let bytes) = response.body { bytes } else { [] }
    exchange.reply(response, body: bytes)
  }

  private func stream(
    _ exchange: Exchange, _ response: Response, _ body: @Sendable (ResponseStream) async -> Void
  ) async {
    loop.preconditionIsCurrent()
    guard let socket = exchange.detach(sendingHeaderOf: response) else { return }
    let stream = ResponseStream(socket, loop: loop, stallTimeout: configuration.stallTimeout)
    let id = ObjectIdentifier(stream)
    streams[id] = stream
    stream.onRemove = { [weak self] in self?.streams[id] = nil }
    await body(stream)
  }
}
