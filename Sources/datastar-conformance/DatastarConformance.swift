import ArgumentParser
import LibeventHTTP
import Logging

/// The server that Datastar's SDK test suite talks to: `/test` answers with the events that the request asks for.
@main
struct DatastarConformance: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "datastar-conformance", abstract: "Answers the requests of Datastar's SDK test suite at /test.")

  @Option(help: "The port to listen on; 0 lets the system choose.")
  var port = 7331

  func run() async throws {
    var configuration = ServerConfiguration()
    configuration.port = port
    configuration.onListening = { print("listening on http://\($0)/test") }
    let logger = Logger(label: "datastar-conformance")
    try await Server(configuration: configuration, logger: logger, router: ConformanceRoutes.router).run()
  }
}
