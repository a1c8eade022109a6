#if Redis
  import BrokerPubSub
  import DatastarPubSub
  import Foundation
  import TodoTestSupport

  @testable import LibeventHTTP

  /// A real Redis on a port of its own, which keeps nothing on the disk.
  final class RedisServer {
    let port: Int
    private let arguments: [String]
    private var process: pid_t?

    static let program = ["/usr/bin/redis-server", "/usr/local/bin/redis-server", "/opt/homebrew/bin/redis-server"]
      .first { FileManager.default.isExecutableFile(atPath: $0) }

    /// Starts a Redis with further arguments.
    init(_ arguments: String...) async throws {
      port = try Self.freePort()
      self.arguments = arguments
      try await start()
    }

    deinit { kill() }

    /// Where it is, in the form of the option.
    func address(user: String = "", database: Int = 0) throws -> RedisAddress {
      try RedisAddress("redis://\(user)127.0.0.1:\(port)/\(database)")
    }

    /// Starts it, also on the same port anew, and returns when it answers.
    func start() async throws {
      process = try Self.spawn(
        [
          Self.program ?? "", "--port", "\(port)", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
          "--logfile", "/dev/null", "--dir", FileManager.default.temporaryDirectory.path,
        ] + arguments)
      while (try? await command("PING")) == nil { try await Task.sleep(for: .milliseconds(10)) }
    }

    /// Ends it at once, as a crash would.
    func kill() {
      guard let process = process.take() else { return }
      Foundation.kill(process, SIGKILL)
      waitpid(process, nil, 0)
    }

    /// Stops it without a word to its clients, until ``resume()``.
    func pause() { process.map { _ = Foundation.kill($0, SIGSTOP) } }

    func resume() { process.map { _ = Foundation.kill($0, SIGCONT) } }

    /// Gives one command, as somebody would by hand, and answers what Redis says.
    @discardableResult
    func command(_ words: String...) async throws -> String {
      let connection = try ClientConnection(to: ListeningAddress(host: "127.0.0.1", port: port))
      for words in [words, ["QUIT"]] {
        let arguments = words.map { "$\($0.utf8.count)\r\n\($0)\r\n" }
        try await connection.send("*\(words.count)\r\n\(arguments.joined())")
      }
      return String(decoding: try await connection.readToEnd(), as: UTF8.self)
    }
  }

  // MARK: - What the system is asked for

  extension RedisServer {
    /// Keeps from a program what it would inherit: a connection that another test ends must not stay open over there, nor
    /// what reads the tests' output wait for its end.
    private static let closing =
      #"for fd in /dev/fd/*; do fd=${fd##*/}; [ "$fd" -le 2 ] || eval "exec $fd>&-"; done; exec "$@" >/dev/null 2>&1"#

    /// Starts a program. Foundation's `Process` reads beyond a directory's entries when it does, which the address
    /// sanitizer does not let pass.
    private static func spawn(_ arguments: [String]) throws -> pid_t {
      let words = (["/bin/bash", "-c", closing, "bash"] + arguments).map { strdup($0) }
      defer { words.forEach { free($0) } }
      var process = pid_t()
      let status = posix_spawn(&process, "/bin/bash", nil, nil, words + [nil], environ)
      guard status == 0 else { throw POSIXError(POSIXErrorCode(rawValue: status) ?? .ENOENT) }
      return process
    }

    private static func freePort() throws -> Int {
      var anywhere = ServerConfiguration()
      (anywhere.port, anywhere.loops) = (0, 1)
      let (address, descriptors) = try ListeningSockets.open(anywhere)
      for descriptor in descriptors { close(descriptor) }
      return address.port
    }
  }
#endif
