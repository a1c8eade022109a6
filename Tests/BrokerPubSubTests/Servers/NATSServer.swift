#if NATS
  import BrokerPubSub
  import DatastarPubSub
  import Foundation
  import TodoTestSupport

  /// A real NATS on a port of its own.
  final class NATSServer {
    let port: Int
    private let program = ServerProgram()

    static let program = ServerProgram.first([
      "/usr/sbin/nats-server", "/usr/bin/nats-server", "/usr/local/bin/nats-server", "/opt/homebrew/bin/nats-server",
    ])

    init() async throws {
      port = freePort()
      try await start()
    }

    /// Where it is, in the form of the option.
    func address(login: String = "todo:right@", before other: String = "") throws -> NATSAddress {
      try NATSAddress("nats://\(login)\(other)127.0.0.1:\(port)")
    }

    func start() async throws {
      let arguments = [
        Self.program ?? "", "--addr", "127.0.0.1", "--port", "\(port)", "--user", "todo", "--pass", "right",
      ]
      try await program.start(arguments) { (try? await greets()) == true }
    }

    func kill() { program.kill() }

    func pause() { program.pause() }

    func resume() { program.resume() }

    /// Whether it says something to who connects, which it does first.
    private func greets() async throws -> Bool {
      let connection = try ClientConnection(toPort: port)
      return try await !connection.readSome().isEmpty
    }
  }

  extension NATSServer: BrokerServer {
    static func started() async throws -> NATSServer { try await NATSServer() }

    func backend(hasPassword: Bool) throws -> any Backend {
      try NATSBackend(address(login: hasPassword ? "todo:right@" : "todo:wrong@"))
    }

    var title: String { "NATS at 127.0.0.1:\(port)" }
    static var refusal: String { "Authorization" }
    static var tooMany: Int? { 1_500_000 }
  }
#endif
