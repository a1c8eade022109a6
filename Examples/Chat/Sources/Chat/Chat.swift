import ChatApp
import LibeventHTTP

/// Serves the chat at http://localhost:8080, or at the port that is given.
@main enum Chat {
  static func main() async throws {
    var configuration = ServerConfiguration()
    if let port = CommandLine.arguments.dropFirst().first.flatMap({ Int($0) }) { configuration.port = port }
    configuration.onListening = { print("http://localhost:\($0.port)/rooms/tea") }
    try await Server(configuration: configuration, router: ChatApp().router).run()
  }
}
