import ArgumentParser
import Foundation
import HTTPServer
import Logging

/// What can be said on the command line; what is not said there is taken from the environment.
struct Options: ParsableArguments {
  @Option(help: "The address to listen on. (default: 127.0.0.1)")
  var host: String?

  @Option(help: "The port to listen on; 0 lets the system choose. (default: 8080)")
  var port: Int?

  @Option(help: "The SQLite file; made if it is missing. (default: todos.sqlite)")
  var database: String?

  @Option(help: "How many event loops serve. (default: the number of cores)")
  var threads: Int?

  @Flag(help: "Sends everything uncompressed, for a proxy that compresses or a look at the wire.")
  var noCompression = false

  @Option(help: "trace, debug, info, notice, warning, error or critical. (default: notice)")
  var logLevel: String?

  @Option(help: "The folder with Templates and Public. (default: found from here or from the program)")
  var root: String?

  /// Puts command line, environment and defaults together.
  ///
  /// - Throws: ``SettingsError`` for a value that makes no sense.
  func settings(environment: [String: String] = ProcessInfo.processInfo.environment) throws -> Settings {
    var settings = Settings()
    settings.server.host = host ?? environment["TODO_HOST"] ?? settings.server.host
    settings.server.port = try number(port, "port", environment["TODO_PORT"], 0...65535) ?? settings.server.port
    settings.server.loops =
      try number(threads, "threads", environment["TODO_THREADS"], 1...256)
      ?? ProcessInfo.processInfo.activeProcessorCount
    settings.database = database ?? environment["TODO_DATABASE"] ?? settings.database
    settings.compresses = try !(noCompression || flag("TODO_NO_COMPRESSION", in: environment))
    let level = logLevel ?? environment["TODO_LOG_LEVEL"] ?? settings.logLevel.rawValue
    guard let logLevel = Logger.Level(rawValue: level) else {
      throw SettingsError(
        "--log-level \(level) is not one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    settings.logLevel = logLevel
    settings.root = try (root ?? environment["TODO_ROOT"]).map(RootFolder.checked) ?? RootFolder.found()
    return settings
  }

  private func flag(_ name: String, in environment: [String: String]) throws(SettingsError) -> Bool {
    switch environment[name] {
    case nil, "0", "false": return false
    case "1", "true": return true
    case let text?: throw SettingsError("\(name) is \(text): set it to true or false")
    }
  }

  private func number(
    _ option: Int?, _ name: String, _ text: String?, _ range: ClosedRange<Int>
  ) throws(SettingsError) -> Int? {
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
  var server = ServerConfiguration()
  var database = "todos.sqlite"
  var compresses = true
  var logLevel = Logger.Level.notice
  var root = "."
}

/// A setting that makes no sense, in one line.
struct SettingsError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
