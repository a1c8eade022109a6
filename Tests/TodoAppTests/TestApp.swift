import Foundation
import LibeventHTTP
import LibeventHTTPTesting
import Logging
import TodoApp
import TodoTestSupport
import TodoStorage

/// The application on a database of its own, with the project's own templates, answering without a port.
final class TestApp: AppUnderTest {
  let store: any TodoStore
  let database: String
  let app: TodoApp
  /// What a server that answers by the application is created with.
  let server: ServerConfiguration
  let logger: Logger
  private let client: RouterClient
  private let folder: URL

  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// Runs `body` against an application and closes it afterwards.
  static func with(
    isBehindProxy: Bool = false, limits: TodoLimits = TodoLimits(), logger: Logger = Logger(label: "test"),
    configure: (inout AppConfiguration) -> Void = { _ in }, _ body: (TestApp) async throws -> Void
  ) async throws {
    let app = try TestApp(isBehindProxy: isBehindProxy, limits: limits, logger: logger, configure: configure)
    do {
      try await body(app)
    } catch {
      try await app.close()
      throw error
    }
    try await app.close()
  }

  private init(
    isBehindProxy: Bool, limits: TodoLimits, logger: Logger, configure: (inout AppConfiguration) -> Void
  ) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "todo-app-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    database = folder.appending(path: "todos.sqlite").path
    store = try SQLiteStore(path: database, limits: limits)
    var configuration = AppConfiguration(root: Self.root)
    configure(&configuration)
    app = try TodoApp(store: store, configuration: configuration, logger: logger)
    var server = ServerConfiguration()
    server.port = 0
    server.isBehindProxy = isBehindProxy
    app.configure(&server)
    (self.server, self.logger) = (server, logger)
    client = RouterClient(app.router, configuration: server, logger: logger)
  }

  private func close() async throws {
    await app.close()
    try store.close()
    try FileManager.default.removeItem(at: folder)
  }

  func fetch(_ method: String, _ path: String, headers: [String: String], body: String?) async throws -> ClientResponse
  {
    var fields: Headers = ["Host": "127.0.0.1"]
    for (name, value) in headers { fields[name] = value }
    let response = try await client.execute(HTTPMethod(method) ?? .get, path, headers: fields, body: body ?? "")
    let read = response.headers.map { ($0.name.lowercased(), $0.value) }
    return ClientResponse(
      status: response.status.code, headers: Dictionary(read) { $1 }, body: response.body)
  }
}
