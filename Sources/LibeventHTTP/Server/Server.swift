import DatastarLocking
import Logging

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// An HTTP/1.1 server on libevent: several event loops that share one port.
///
/// A connection stays on the loop that accepted it, and so do its handlers.
public final class Server: Sendable {
  /// Where the server listens.
  public let address: ListeningAddress
  private let parts: [ServerLoop]
  private let leaveTime, stopTimeout: Duration
  private let hasBegunToStop = Locked(false)

  /// Listens, and answers what comes by `responder` from now on.
  ///
  /// - Throws: ``HTTPServerError`` where the address cannot be had; nothing is left open then.
  public init(
    configuration: ServerConfiguration = ServerConfiguration(), logger: Logger, responder: @escaping Responder
  ) async throws(HTTPServerError) {
    // A client that hangs up while it is written to is an error of that write, not the end of the process.
    signal(SIGPIPE, SIG_IGN)
    let (address, descriptors) = try ListeningSockets.open(configuration)
    let connectionLimiter = ConnectionLimiter(configuration.connections)
    let largeBodies = LargeBodies(limit: configuration.requests.largeBodies)
    let unsent = UnsentBytes(configuration)
    var parts: [ServerLoop] = []
    do throws(HTTPServerError) {
      for descriptor in descriptors {
        let part = try await Self.part(listeningOn: descriptor) { loop in
          ServerLoop(
            loop: loop, configuration: configuration, connectionLimiter: connectionLimiter, largeBodies: largeBodies,
            unsent: unsent, logger: logger, responder: responder)
        }
        parts.append(part)
      }
    } catch {
      for descriptor in descriptors.dropFirst(parts.count + 1) { systemClose(descriptor) }
      for part in parts {
        await Self.on(part.loop) { part.close() }
        part.loop.stop()
      }
      throw error
    }
    self.address = address
    self.parts = parts
    (leaveTime, stopTimeout) = (configuration.leaveTime, configuration.stopTimeout)
  }

  /// One more loop that serves, from a socket that it owns, or that is closed where there can be none.
  private static func part(
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
      return try await on(loop) { () throws(HTTPServerError) in
        let part = make(loop)
        try part.listen(on: descriptor)
        return part
      }
    } catch {
      loop.stop()
      throw error
    }
  }

  /// Stops accepting, lets handlers that run finish, ends the streams cleanly, and ends the loops' threads.
  ///
  /// Where there is a ``ServerConfiguration/leaveTime`` that passes first. All loops then do so side by side, towards one
  /// deadline, ``ServerConfiguration/stopTimeout`` later: handlers get the
  /// first three quarters of that time, and what is being sent then, answers and streams, goes out until the end of it.
  /// The rest is closed. Only the first call does anything; others return at once.
  public func stop() async {
    let isFirst = hasBegunToStop.withLock { hasBegun in
      defer { hasBegun = true }
      return !hasBegun
    }
    guard isFirst else { return }
    if leaveTime > .zero {
      await onAllLoops { part in await Self.on(part.loop) { part.leave() } }
      try? await Task.sleep(for: leaveTime)
    }
    let start = ContinuousClock.now
    await onAllLoops { await $0.finishRequests(until: start + self.stopTimeout * 3 / 4) }
    // Only now, so that streams are sent what the last commands on any loop have changed.
    await onAllLoops { await $0.endStreams(until: start + self.stopTimeout) }
    await onAllLoops { part in await Self.on(part.loop) { part.close() } }
    for part in parts { part.loop.stop() }
  }

  private func onAllLoops(_ act: @escaping @Sendable (ServerLoop) async -> Void) async {
    await withTaskGroup(of: Void.self) { group in
      for part in parts { group.addTask { await act(part) } }
    }
  }

  private static func on<Result: Sendable, Failure: Error>(
    _ loop: EventLoop, _ body: @escaping @Sendable () throws(Failure) -> Result
  ) async throws(Failure) -> Result {
    let result: Swift.Result<Result, Failure> = await withCheckedContinuation { done in
      loop.execute { done.resume(returning: Swift.Result(catching: body)) }
    }
    return try result.get()
  }
}
