#if Redis
  import DatastarPubSub
  import Foundation
  import RedisPubSub

  /// A real Redis on a port of its own, which keeps nothing on the disk.
  final class RedisServer {
    let port: Int
    private let arguments: [String]
    private var process = Process()

    static let program = ["/usr/bin/redis-server", "/usr/local/bin/redis-server", "/opt/homebrew/bin/redis-server"]
      .first { FileManager.default.isExecutableFile(atPath: $0) }

    /// Starts a Redis with further arguments.
    init(_ arguments: String...) throws {
      port = try Self.freePort()
      self.arguments = arguments
      try start()
    }

    deinit { kill() }

    /// Where it is, in the form of the option.
    func address(user: String = "", database: Int = 0) throws -> RedisAddress {
      try RedisAddress("redis://\(user)127.0.0.1:\(port)/\(database)")
    }

    /// Starts it anew on the same port, and returns when it answers.
    func start() throws {
      process = Process()
      process.executableURL = URL(filePath: Self.program ?? "")
      process.arguments =
        ["--port", "\(port)", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"] + arguments
      process.currentDirectoryURL = FileManager.default.temporaryDirectory
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      while process.isRunning, try command("PING").isEmpty { usleep(10_000) }
    }

    /// Ends it at once, as a crash would.
    func kill() {
      guard process.isRunning else { return }
      Foundation.kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }

    /// Stops it without a word to its clients, until ``resume()``.
    func pause() { Foundation.kill(process.processIdentifier, SIGSTOP) }

    func resume() { Foundation.kill(process.processIdentifier, SIGCONT) }

    /// Gives one command, as somebody would by hand, and answers what Redis says.
    @discardableResult
    func command(_ words: String...) throws -> String {
      let (client, output) = (Process(), Pipe())
      client.executableURL = URL(filePath: "/usr/bin/env")
      client.arguments = ["redis-cli", "-p", "\(port)"] + words
      client.standardOutput = output
      client.standardError = FileHandle.nullDevice
      try client.run()
      let answer = output.fileHandleForReading.readDataToEndOfFile()
      client.waitUntilExit()
      return String(decoding: answer, as: UTF8.self)
    }

    private static func freePort() throws -> Int {
      let probe = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(probe) }
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = inet_addr("127.0.0.1")
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let status = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(probe, $0, length) + getsockname(probe, $0, &length)
        }
      }
      guard status == 0 else { throw POSIXError(.EADDRNOTAVAIL) }
      return Int(UInt16(bigEndian: address.sin_port))
    }
  }
#endif
