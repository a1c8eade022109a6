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
    let server = try await Server(
      configuration: configuration, logger: Logger(label: "datastar-conformance"),
      responder: ConformanceRoutes.router.responder)
    print("listening on http://\(server.address)/test")
    try await Task.sleep(for: .seconds(Int64.max / 2))
  }
}
