import DatastarLocking
import Logging
import ServiceLifecycle

/// An HTTP/1.1 server on libevent: several event loops that share one port.
///
/// ```swift
/// var router = Router()
/// router.get("/") { _ in .text(.ok, "hello") }
/// try await Server(router: router).run()
/// ```
///
/// It does nothing until it is run. A connection stays on the loop that accepted it, and so do its handlers.
public final class Server: Service {
  let configuration: ServerConfiguration
  let logger: Logger
  let responder: Responder
  private let state = Locked(State.new)

  private enum State {
    case new
    case starting
    case serving([ServerLoop])
    case stopped
  }

  /// Creates a server that answers by a router's handlers.
  ///
  /// - Parameters:
  ///   - configuration: the address, the limits and the times.
  ///   - logger: is told of each request at the level `info`, and of failures.
  ///   - router: finds the handlers. Its limits of bodies go before those of the configuration.
  public convenience init(
    configuration: ServerConfiguration = ServerConfiguration(), logger: Logger = Logger(label: "http-server"),
    router: Router
  ) {
    var configuration = configuration
    let largeBody = configuration.requests.largeBody
    configuration.requests.largeBody = { router.bodyLimit($0, $1) ?? largeBody($0, $1) }
    self.init(configuration: configuration, logger: logger, responder: router.responder)
  }

  /// Creates a server that answers all requests by one function.
  ///
  /// - Parameters:
  ///   - configuration: the address, the limits and the times.
  ///   - logger: is told of each request at the level `info`, and of failures.
  ///   - responder: answers a request.
  public init(
    configuration: ServerConfiguration = ServerConfiguration(), logger: Logger = Logger(label: "http-server"),
    responder: @escaping Responder
  ) {
    (self.configuration, self.logger, self.responder) = (configuration, logger, responder)
  }

  /// Serves until the task is cancelled, or the service group that it is in shuts down, and then stops as ``stop()`` does.
  ///
  /// ``ServerConfiguration/onListening`` is told where it listens.
  ///
  /// - Throws: ``HTTPServerError`` where the address cannot be had.
  public func run() async throws {
    configuration.onListening(try await start())
    // It throws where the task is cancelled, which is an end as good as the other.
    try? await gracefulShutdown()
    await stop()
  }

  /// Begins to serve, and returns where. ``stop()`` is to follow.
  ///
  /// For those who have an order of their own in which things begin and end; others ``run()`` the server.
  ///
  /// - Throws: ``HTTPServerError`` where the address cannot be had, which can be tried again, where the configuration
  ///   asks for what cannot be, and where the server was started or stopped before. Nothing is left open then.
  public func start() async throws(HTTPServerError) -> ListeningAddress {
    try configuration.check()
    guard change(from: { if case .new = $0 { true } else { false } }, to: .starting) else { throw .usedBefore }
    let (address, parts): (ListeningAddress, [ServerLoop])
    do throws(HTTPServerError) {
      (address, parts) = try await listen()
    } catch {
      _ = change(from: { if case .starting = $0 { true } else { false } }, to: .new)
      throw error
    }
    guard change(from: { if case .starting = $0 { true } else { false } }, to: .serving(parts)) else {
      await close(parts)
      throw .usedBefore
    }
    return address
  }

  private func change(from isFrom: (State) -> Bool, to next: State) -> Bool {
    state.withLock { state in
      guard isFrom(state) else { return false }
      state = next
      return true
    }
  }

  /// Stops accepting, lets handlers that run finish, cancels those that fill streams, ends the streams cleanly, and ends
  /// the loops' threads.
  ///
  /// Where there is a ``ServerConfiguration/leaveTime`` that passes first, unless the task is cancelled. All loops then do
  /// so side by side, towards one deadline, ``ServerConfiguration/stopTimeout`` later: handlers get the first three
  /// quarters of that time, and what is being sent then, answers and streams, goes out until the end of it. The rest is
  /// closed. Only the first call does anything; others return at once.
  public func stop() async {
    let parts = state.withLock { state in
      defer { state = .stopped }
      if case .serving(let parts) = state { return parts }
      return []
    }
    guard !parts.isEmpty else { return }
    if configuration.leaveTime > .zero {
      await onAll(parts) { part in await part.loop.run { part.leave() } }
      try? await Task.sleep(for: configuration.leaveTime)
    }
    let (start, timeout) = (ContinuousClock.now, configuration.stopTimeout)
    await onAll(parts) { await $0.finishRequests(until: start + timeout * 3 / 4) }
    // Only now, so that streams are sent what the last commands on any loop have changed.
    await onAll(parts) { await $0.finishFilling(until: start + timeout * 3 / 4) }
    await onAll(parts) { await $0.endStreams(until: start + timeout) }
    await close(parts)
  }
}
