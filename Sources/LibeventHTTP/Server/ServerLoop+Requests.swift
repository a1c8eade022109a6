/// From a request to its response.
extension ServerLoop {
  /// Has a request answered, on this loop from beginning to end: a handler that does not wait for anything never leaves
  /// the thread.
  func handle(_ received: ReceivedRequest, on connection: HTTPConnection) {
    // Connections that are there already may still ask; nothing new is begun for them.
    guard !isDraining else { return connection.answer(.text(.serviceUnavailable, "the server is stopping")) }
    let client = client(received.head, on: connection)
    if configuration.isBehindProxy {
      if let refusal = connectionLimiter.enter(client) {
        metrics.refusedConnections.increment()
        didRefuse(refusal, head: received.head, on: connection)
        return connection.answer(Response(refusal))
      }
      connection.requester = client
    }
    let request = Request(received, from: client)
    handling += 1
    connection.handle(
      by: Task(executorPreference: loop.tasks) { [self] in
        let response = await handler.respond(to: request)
        handling -= 1
        guard let response else { return connection.close() }
        count(response.status)
        if case .stream(let body) = response.body.content, request.method != .head {
          await stream(request, connection, response, body)
        } else {
          connection.answer(response)
        }
      })
  }

  private func stream(
    _ request: Request, _ connection: HTTPConnection, _ response: Response,
    _ body: @Sendable (ResponseStream) async -> Void
  ) async {
    loop.preconditionIsCurrent()
    guard let stream = connection.detach(sendingHeadOf: response), stream.isOpen else { return }
    connections[ObjectIdentifier(connection)] = nil
    let (id, address, requester) = (ObjectIdentifier(stream), connection.address, connection.requester)
    streams[id] = stream
    metrics.streams.increment()
    let start = ContinuousClock.now
    stream.onSocketClose { [unowned self, unowned stream] end in
      streams[id] = nil
      leave(address, requester)
      metrics.streams.decrement()
      metrics.streamDurations.record(duration: .now - start)
      if end == .stalled { metrics.stalledStreams.increment() }
      handler.log.ended(stream, isDraining ? "the server stops" : end.rawValue, request, after: .now - start)
    }
    filling += 1
    await body(stream)
    (filling, stream.handler) = (filling - 1, nil)
  }
}
