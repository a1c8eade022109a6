import LibeventHTTP
import Logging
import TodoApp
import TodoTestSupport
import TodoStorage

/// The application on a port and a database of its own, with the project's own templates.
final class RunningApp: AppUnderTest {
  let address: ListeningAddress
  private let app: TestApp

  var store: any TodoStore { app.store }
  var database: String { app.database }

  /// Runs `body` against an application and stops it afterwards.
  static func with(
    loops: Int = 2, isBehindProxy: Bool = false, limits: TodoLimits = TodoLimits(),
    logger: Logger = Logger(label: "test"), configure: (inout AppConfiguration) -> Void = { _ in },
    _ body: (RunningApp) async throws -> Void
  ) async throws {
    try await TestApp.with(isBehindProxy: isBehindProxy, limits: limits, logger: logger, configure: configure) { app in
      var configuration = app.server
      configuration.loops = loops
      let server = try await RunningServer(configuration: configuration, logger: app.logger, router: app.app.router)
      do {
        try await body(RunningApp(app, at: server.address))
      } catch {
        await server.stop()
        throw error
      }
      await server.stop()
    }
  }

  private init(_ app: TestApp, at address: ListeningAddress) {
    (self.app, self.address) = (app, address)
  }

  func fetch(_ method: String, _ path: String, headers: [String: String], body: String?) async throws -> ClientResponse
  {
    try await ClientConnection.fetch(method, path, from: address, headers: headers, body: body)
  }

  /// Opens the stream of a list.
  func subscribe(_ list: String, headers: [String: String] = [:]) async throws -> EventReader {
    try await EventReader("/subscribe/\(list)", on: ClientConnection(to: address), headers: headers)
  }
}
