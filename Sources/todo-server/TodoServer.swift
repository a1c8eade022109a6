import ArgumentParser
import DatastarPubSub
import LibeventHTTP
import Logging
import ServiceLifecycle
import TodoApp
import TodoStorage

/// The executable: options, wiring, the end.
struct TodoServer: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "todo-server",
    abstract: "todo-server \(TodoApp.version): serves shared todo lists that every open browser tab sees change.",
    discussion: """
      Each option can also be set by an environment variable: --port by TODO_PORT, --log-level by TODO_LOG_LEVEL, and \
      so on. An option on the command line wins.
      """,
    version: "todo-server \(TodoApp.version)", subcommands: [BackupCommand.self, RestoreCommand.self, CopyCommand.self])

  @OptionGroup var options: Options

  /// Serves until a stop is asked for, and returns the status to end with.
  func run(until stop: StopSignal, log: LogWriter) async -> Int32 {
    do {
      try await serve(try options.settings(), until: stop, log: log)
      return 0
    } catch {
      log.add(LogLines.line(.critical, "\(error)", ["version": "\(TodoApp.version)"]))
      return 1
    }
  }

  private func serve(_ settings: Settings, until stop: StopSignal, log: LogWriter) async throws {
    let logger = Logger(label: "todo-server") { _ in LogLines(log, logLevel: settings.logLevel) }
    if let warning = settings.warning { logger.warning("\(warning)") }
    let store = try StoreOption.store(settings.database)
    var configuration = settings.app
    configuration.droppedLogLines = log.dropped
    configuration.pubSub.backend = try PubSubOption.backend(settings.pubSub)
    configuration.pubSub.onError = { error in
      logger.error("pub/sub has failed", metadata: ["error": "\(ListName.withoutUnlisted("\(error)"))"])
    }
    configuration.pubSub.onRecovery = { logger.notice("other servers are reached") }
    let app = try TodoApp(store: store, configuration: configuration, logger: logger)
    var router = app.router
    if !settings.compresses { router.use(AcceptEncoding.ignored) }
    var listening = settings.server
    app.configure(&listening)
    let server = Server(configuration: listening, logger: logger, router: router)
    let service = ServerService(
      server: server, address: try await server.start(), app: app, store: store,
      connections: listening.connections.total, pubSub: PubSubOption.name(settings.pubSub), logger: logger)
    let group = ServiceGroup(services: [service], logger: logger)
    Task {
      await stop.requested()
      await group.triggerGracefulShutdown()
    }
    try await group.run()
    logger.notice("stopped")
  }
}

/// The server, the application and its store, from the start of serving to a clean end.
struct ServerService: Service {
  let server: Server
  let address: ListeningAddress
  let app: TodoApp
  let store: any TodoStore
  /// How many there may be.
  let connections: Int
  /// What joins this server and others.
  let pubSub: String
  let logger: Logger

  func run() async throws {
    logger.notice(
      "open http://\(address)",
      metadata: [
        "database": "\(store.location)", "version": "\(TodoApp.version)",
        "connections": "\(connections)", "pubsub": "\(pubSub)",
      ])
    ServiceManager.tellReady()
    try? await gracefulShutdown()
    app.beginToStop()
    await server.stop()
    await app.close()
    try store.close()
  }
}
