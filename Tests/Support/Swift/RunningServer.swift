import LibeventHTTP
import Logging

/// A server of a test, from its start to its stop.
public struct RunningServer: Sendable {
  /// Where it listens.
  public let address: ListeningAddress
  private let server: Server

  /// Starts a server that answers by a router's handlers.
  public init(
    configuration: ServerConfiguration, logger: Logger = Logger(label: "test"), router: Router
  ) async throws {
    try await self.init(Server(configuration: configuration, logger: logger, router: router))
  }

  /// Starts a server that answers by one function.
  public init(
    configuration: ServerConfiguration, logger: Logger = Logger(label: "test"), responder: @escaping Responder
  ) async throws {
    try await self.init(Server(configuration: configuration, logger: logger, responder: responder))
  }

  private init(_ server: Server) async throws {
    self.server = server
    address = try await server.start()
  }

  /// Stops it.
  public func stop() async { await server.stop() }
}
