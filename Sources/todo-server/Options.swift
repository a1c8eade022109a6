import ArgumentParser
import Foundation
import LibeventHTTP
import Logging
import TodoApp

/// What can be said on the command line; what is not said there is taken from the environment.
struct Options: ParsableArguments {
  @Option(help: "The address to listen on. (default: 127.0.0.1)")
  var host: String?

  @Option(help: "The port to listen on; 0 lets the system choose. (default: 8080)")
  var port: Int?

  @Option(help: "The SQLite file, or postgres://user@host/name in a build with PostgreSQL. (default: todos.sqlite)")
  var database: String?

  @Option(help: "How many event loops serve. (default: the number of cores)")
  var threads: Int?

  @Flag(help: "Sends everything uncompressed, for a proxy that compresses or a look at the wire.")
  var noCompression = false

  @Option(help: "A host name that the server goes by beside localhost; * for any. Can be given several times.")
  var allowedHost: [String] = []

  @Option(help: "How many commands a second one address may send; 0 for any number. (default: 100, not this machine)")
  var writesPerSecond: Int?

  @Option(help: "How many connections there may be. (default: as many as descriptors allow)")
  var connections: Int?

  @Option(help: "How many of one address; 0 for any number. (default: 1000, not this machine)")
  var connectionsPerAddress: Int?

  @Flag(help: "Takes the client's address from X-Forwarded-For, as a proxy sets it.")
  var behindProxy = false

  @Option(
    help: """
      Joins servers, in a build with the broker: redis://…, nats://… or postgres://…; memory for none. (default: the \
      --database where that is a PostgreSQL, else memory)
      """
  )
  var pubsub: String?

  @Option(help: "trace, debug, info, notice, warning, error or critical. (default: notice)")
  var logLevel: String?

  @Option(help: "The folder with Templates and Public. (default: found from here or from the program)")
  var root: String?

  @Flag(help: "Reads Templates and Public again when they change, and has open pages follow: to work on them.")
  var watch = false

  /// Puts command line, environment and defaults together.
  ///
  /// - Throws: ``SettingsError`` for a value that makes no sense.
  func settings(
    environment: [String: String] = ProcessInfo.processInfo.environment,
    folder: String = FileManager.default.currentDirectoryPath
  ) throws -> Settings {
    let environment = try OptionVariables(environment)
    let descriptors = try Descriptors.raised()
    var settings = Settings(
      server: try server(environment, descriptors), app: try app(environment),
      database: try databasePath(environment, folder))
    settings.warning = descriptors.warning(of: settings.server.connections.total)
    settings.app.allowedHosts.append(settings.server.host)
    settings.pubSub = try text(pubsub, "pubsub", environment) ?? PubSubOption.standard(for: settings.database)
    settings.compresses = try !(noCompression || environment.flag("no-compression"))
    let level = logLevel ?? environment["log-level"] ?? settings.logLevel.rawValue
    guard let logLevel = Logger.Level(rawValue: level) else {
      throw SettingsError(
        "--log-level \(level) is not one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    settings.logLevel = logLevel
    return settings
  }

  /// The database that is meant.
  ///
  /// - Throws: ``SettingsError``.
  func databasePath(
    _ environment: OptionVariables? = nil, _ folder: String = FileManager.default.currentDirectoryPath
  ) throws -> String {
    let environment = try environment ?? OptionVariables(ProcessInfo.processInfo.environment)
    return try text(database, "database", environment) ?? Self.standardDatabase(in: folder)
  }

  /// - Throws: ``SettingsError`` where services are started that are given no folder of their own.
  private static func standardDatabase(in folder: String) throws(SettingsError) -> String {
    guard folder != "/" else {
      throw SettingsError(
        "the database would be /todos.sqlite, since this was started in /: name a file with --database")
    }
    return "todos.sqlite"
  }

  private func server(_ environment: OptionVariables, _ descriptors: Descriptors) throws -> ServerConfiguration {
    var server = ServerConfiguration()
    server.host = try text(host, "host", environment) ?? server.host
    server.port = try number(port, "port", environment, 0...65535) ?? server.port
    server.loops =
      try number(threads, "threads", environment, 1...256) ?? ProcessInfo.processInfo.activeProcessorCount
    server.isBehindProxy = try behindProxy || environment.flag("behind-proxy")
    // Together less than users are promised; see `StopSignal.patience`.
    if server.isBehindProxy { (server.leaveTime, server.stopTimeout) = (.seconds(1), .seconds(3.5)) }
    server.connections.total =
      try number(connections, "connections", environment, 1...1_000_000) ?? descriptors.connections
    let perAddress = try number(connectionsPerAddress, "connections-per-address", environment, 0...1_000_000)
    server.connections.perAddress = Self.limit(perAddress ?? 1_000) ?? .max
    server.connections.limitsLoopback = perAddress != nil
    return server
  }

  private func app(_ environment: OptionVariables) throws -> AppConfiguration {
    var app = AppConfiguration(
      root: try text(root, "root", environment).map(RootFolder.checked) ?? RootFolder.found())
    app.allowedHosts = try (allowedHost.isEmpty ? environment.list("allowed-host") : allowedHost).map(HostName.checked)
    app.watchesFiles = try watch || environment.flag("watch")
    if let writes = try number(writesPerSecond, "writes-per-second", environment, 0...1_000_000) {
      (app.writesPerSecond, app.limitsLoopback) = (Self.limit(writes), true)
    }
    return app
  }

  /// Nought stands for no limit.
  private static func limit(_ number: Int) -> Int? { number == 0 ? nil : number }

  /// An option, or what the environment says in its place.
  private func text(
    _ option: String?, _ name: String, _ environment: OptionVariables
  ) throws(SettingsError) -> String? {
    if option?.isEmpty == true { throw SettingsError("--\(name) is empty: leave it out, or give it a value") }
    return option ?? environment[name]
  }

  /// An option that is a number, or what the environment says in its place.
  private func number(
    _ option: Int?, _ name: String, _ environment: OptionVariables, _ range: ClosedRange<Int>
  ) throws(SettingsError) -> Int? {
    let text = environment[name]
    guard option != nil || text != nil else { return nil }
    guard let number = option ?? text.flatMap({ Int($0) }), range.contains(number) else {
      let given = option.map(String.init) ?? text ?? ""
      throw SettingsError("--\(name) \(given) is not a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }
}

/// What the server is started with.
struct Settings {
  var server: ServerConfiguration
  var app: AppConfiguration
  var database: String
  /// What joins this server and others; see ``PubSubOption``.
  var pubSub = "memory"
  var compresses = true
  var logLevel = Logger.Level.notice
  /// What whoever starts the server should know about it.
  var warning: String?
}

/// A setting that makes no sense, in one line.
struct SettingsError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
