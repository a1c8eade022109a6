import DatastarLocking

extension Server {
  /// Opens the address, and has as many loops serve as there are to be.
  ///
  /// - Throws: ``HTTPServerError``; nothing is left open then.
  func listen() async throws(HTTPServerError) -> (ListeningAddress, [ServerLoop]) {
    // A client that hangs up while it is written to is an error of that write, not the end of the process.
    signal(SIGPIPE, SIG_IGN)
    let (address, descriptors) = try ListeningSockets.open(configuration)
    let connectionLimiter = ConnectionLimiter(configuration.connections)
    let largeBodies = LargeBodies(limit: configuration.requests.largeBodies)
    let unsent = UnsentBytes(configuration)
    var parts: [ServerLoop] = []
    do throws(HTTPServerError) {
      for descriptor in descriptors {
        let part = try await part(listeningOn: descriptor) { [self] loop in
          ServerLoop(
            loop: loop, configuration: configuration, connectionLimiter: connectionLimiter, largeBodies: largeBodies,
            unsent: unsent, logger: logger, responder: responder)
        }
        parts.append(part)
      }
    } catch {
      for descriptor in descriptors.dropFirst(parts.count + 1) { systemClose(descriptor) }
      await close(parts)
      throw error
    }
    return (address, parts)
  }

  /// One more loop that serves, from a socket that it owns, or that is closed where there can be none.
  private func part(
    listeningOn descriptor: Int32, _ make: @escaping @Sendable (EventLoop) -> ServerLoop
  ) async throws(HTTPServerError) -> ServerLoop {
    let loop: EventLoop
    do throws(HTTPServerError) {
      loop = try EventLoop()
    } catch {
      systemClose(descriptor)
      throw error
    }
    do throws(HTTPServerError) {
      return try await loop.run { () throws(HTTPServerError) in
        let part = make(loop)
        try part.listen(on: descriptor)
        return part
      }
    } catch {
      loop.stop()
      throw error
    }
  }

  /// Gives up all that is still open, and ends the loops.
  func close(_ parts: [ServerLoop]) async {
    await onAll(parts) { part in await part.loop.run { part.close() } }
    for part in parts { part.loop.stop() }
  }

  /// Acts on all loops side by side.
  func onAll(_ parts: [ServerLoop], _ act: @escaping @Sendable (ServerLoop) async -> Void) async {
    await withTaskGroup(of: Void.self) { group in
      for part in parts { group.addTask { await act(part) } }
    }
  }
}
