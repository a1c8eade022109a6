#if Redis
  import BrokerPubSub
  import DatastarPubSub
  import Foundation
  import TodoTestSupport

  /// A real Redis on a port of its own, which keeps nothing on the disk.
  final class RedisServer {
    let port: Int
    private let arguments: [String]
    private let program = ServerProgram()

    static let program = ServerProgram.first([
      "/usr/bin/redis-server", "/usr/local/bin/redis-server", "/opt/homebrew/bin/redis-server",
    ])

    /// Starts a Redis with further arguments.
    init(_ arguments: String...) async throws {
      port = freePort()
      self.arguments = arguments
      try await start()
    }

    /// Where it is, in the form of the option.
    func address(user: String = "", database: Int = 0) throws -> RedisAddress {
      try RedisAddress("redis://\(user)127.0.0.1:\(port)/\(database)")
    }

    /// Starts it, also on the same port anew, and returns when it answers.
    func start() async throws {
      let arguments =
        [
          Self.program ?? "", "--port", "\(port)", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
          "--logfile", "/dev/null", "--dir", FileManager.default.temporaryDirectory.path,
        ] + arguments
      try await program.start(arguments) { (try? await command("PING")) != nil }
    }

    func kill() { program.kill() }

    func pause() { program.pause() }

    func resume() { program.resume() }

    /// Gives one command, as somebody would by hand, and answers what Redis says.
    @discardableResult
    func command(_ words: String...) async throws -> String {
      let connection = try ClientConnection(toPort: port)
      for words in [words, ["QUIT"]] {
        let arguments = words.map { "$\($0.utf8.count)\r\n\($0)\r\n" }
        try await connection.send("*\(words.count)\r\n\(arguments.joined())")
      }
      return String(decoding: try await connection.readToEnd(), as: UTF8.self)
    }
  }

  extension RedisServer: BrokerServer {
    static func started() async throws -> RedisServer { try await RedisServer("--requirepass", "right") }

    func backend(hasPassword: Bool) throws -> any Backend {
      try RedisBackend(address(user: hasPassword ? ":right@" : ":wrong@"))
    }

    var title: String { "Redis at 127.0.0.1:\(port)" }
    static var refusal: String { "WRONGPASS" }
    static var tooMany: Int? { nil }
  }
#endif
