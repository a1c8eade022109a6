import Foundation
import GRDB
import LibeventHTTP
import Logging
import TodoApp
import TodoTestSupport
import Todos

/// The application on a port and a database of its own, with the project's own templates.
final class RunningApp: Sendable {
  let address: ListeningAddress
  let store: TodoStore
  /// The path of the database's file.
  let database: String
  private let app: TodoApp
  private let server: RunningServer
  private let folder: URL

  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// Runs `body` against an application and stops it afterwards.
  static func with(
    loops: Int = 2, isBehindProxy: Bool = false, limits: TodoLimits = TodoLimits(),
    logger: Logger = Logger(label: "test"), configure: (inout AppConfiguration) -> Void = { _ in },
    _ body: (RunningApp) async throws -> Void
  ) async throws {
    let app = try await RunningApp(
      loops: loops, isBehindProxy: isBehindProxy, limits: limits, logger: logger, configure: configure)
    do {
      try await body(app)
    } catch {
      try await app.stop()
      throw error
    }
    try await app.stop()
  }

  private init(
    loops: Int, isBehindProxy: Bool, limits: TodoLimits, logger: Logger,
    configure: (inout AppConfiguration) -> Void
  ) async throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "todo-app-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    database = folder.appending(path: "todos.sqlite").path
    store = try TodoStore(path: database, limits: limits)
    var configuration = AppConfiguration(root: Self.root)
    configure(&configuration)
    app = try TodoApp(store: store, configuration: configuration, logger: logger)
    var listening = ServerConfiguration()
    listening.port = 0
    listening.loops = loops
    listening.isBehindProxy = isBehindProxy
    app.configure(&listening)
    server = try await RunningServer(configuration: listening, logger: logger, router: app.router)
    address = server.address
  }

  private func stop() async throws {
    await server.stop()
    await app.close()
    try store.close()
    try FileManager.default.removeItem(at: folder)
  }

  /// Runs `body` while another connection has the database locked against commands.
  func withLockedDatabase(_ body: () async throws -> Void) async throws {
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    configuration.busyMode = .timeout(1)
    let other = try DatabaseQueue(path: database, configuration: configuration)
    try await other.writeWithoutTransaction { db in try db.execute(sql: "BEGIN IMMEDIATE") }
    try await body()
    try await other.writeWithoutTransaction { db in try db.execute(sql: "ROLLBACK") }
  }

  func get(_ path: String, headers: [String: String] = [:]) async throws -> ClientResponse {
    try await ClientConnection.fetch("GET", path, from: address, headers: headers)
  }

  /// Sends a command as Datastar's signals.
  func post(_ path: String, json: String = "{}", headers: [String: String] = [:]) async throws -> ClientResponse {
    try await post(path, body: json, type: "application/json", headers: headers)
  }

  /// Sends a command as a browser sends a form.
  func post(_ path: String, form: String, headers: [String: String] = [:]) async throws -> ClientResponse {
    try await post(path, body: form, type: "application/x-www-form-urlencoded", headers: headers)
  }

  func post(
    _ path: String, body: String, type: String, headers: [String: String] = [:]
  ) async throws -> ClientResponse {
    let headers = headers.merging(["Content-Type": type]) { $1 }
    return try await ClientConnection.fetch("POST", path, from: address, headers: headers, body: body)
  }

  /// Opens the stream of a list.
  func subscribe(_ list: String, headers: [String: String] = [:]) async throws -> EventReader {
    try await EventReader("/subscribe/\(list)", on: ClientConnection(to: address), headers: headers)
  }

  func titles(_ list: String) async throws -> [String] {
    try await store.list(ListName(list)).todos.map { ($0.isCompleted ? "x " : "") + $0.title }
  }
}

extension String {
  /// The text as the value of a form's field, every byte escaped.
  var formEncoded: String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(3 * utf8.count)
    for byte in utf8 { bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
    return String(decoding: bytes, as: UTF8.self)
  }
}
