#if PostgreSQL
  import BrokerPubSub
  import DatastarLocking
  import DatastarPubSub
  import Foundation
  import TodoTestSupport

  /// A real PostgreSQL on a port of its own, in a temporary folder, with a password.
  final class PostgreSQLServer {
    let port: Int
    private let folder: URL
    private let program = ServerProgram()

    /// Where its programs are.
    static let programs: String? = {
      let debian = "/usr/lib/postgresql"
      let versions = (try? FileManager.default.contentsOfDirectory(atPath: debian)) ?? []
      let folders =
        versions.sorted().reversed().map { "\(debian)/\($0)/bin" } + ["/usr/local/bin", "/opt/homebrew/bin"]
      return folders.first { ServerProgram.first(["\($0)/initdb"]) != nil }
    }()

    init() async throws {
      port = freePort()
      folder = try ServerProgram.temporaryFolder()
      try ServerProgram.run(["cp", "-a", "\(Self.template.get().path)/data", folder.path])
      try await start()
    }

    deinit {
      kill()
      try? FileManager.default.removeItem(at: folder)
    }

    /// Where it is, in the form of the option.
    func address(password: String = "right", before other: String = "") throws -> PostgreSQLAddress {
      try PostgreSQLAddress("postgres://postgres:\(password)@\(other)127.0.0.1:\(port)/postgres")
    }

    func start() async throws {
      // Where it was killed, its file says that it is running.
      try? FileManager.default.removeItem(at: folder.appending(path: "data/postmaster.pid"))
      let arguments = Self.asUser([
        "\(Self.programs ?? "")/postgres", "-D", "\(folder.path)/data", "-p", "\(port)", "-c", "fsync=off",
        "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
      ])
      let question = ["\(Self.programs ?? "")/pg_isready", "-h", "127.0.0.1", "-p", "\(port)"]
      try await program.start(arguments) { try ServerProgram.run(question) == 0 }
    }

    func kill() { program.kill() }

    func pause() { program.pause() }

    func resume() { program.resume() }

    /// Runs a statement, as somebody would by hand.
    func run(_ statement: String) throws {
      let address = "postgres://postgres:right@127.0.0.1:\(port)/postgres"
      try ServerProgram.run(["\(Self.programs ?? "")/psql", address, "-c", statement])
    }
  }

  // MARK: - What is made once for all

  extension PostgreSQLServer {
    /// PostgreSQL does not run as root: what root starts runs as the user that Debian's package has made.
    private static func asUser(_ arguments: [String]) -> [String] {
      guard getuid() == 0 else { return arguments }
      return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] + arguments
    }

    /// A new database in `data`, to be copied: it takes seconds to make one. It goes when the tests end.
    private static let template = Result<URL, any Error> {
      let folder = try ServerProgram.temporaryFolder()
      templatePath.withLock { $0 = folder.path }
      atexit { PostgreSQLServer.templatePath.withLock { try? FileManager.default.removeItem(atPath: $0) } }
      try "right\n".write(toFile: "\(folder.path)/password", atomically: true, encoding: .utf8)
      if getuid() == 0 { try ServerProgram.run(["chown", "-R", "postgres", folder.path]) }
      try ServerProgram.run(
        asUser([
          "\(programs ?? "")/initdb", "-D", "\(folder.path)/data", "-U", "postgres", "-E", "UTF8", "--locale=C",
          "--no-sync", "-A", "scram-sha-256", "--pwfile", "\(folder.path)/password",
        ]))
      return folder
    }

    private static let templatePath = Locked("")
  }

  extension PostgreSQLServer: BrokerServer {
    static func started() async throws -> PostgreSQLServer { try await PostgreSQLServer() }

    func backend(hasPassword: Bool) throws -> any Backend {
      try PostgreSQLBackend(address(password: hasPassword ? "right" : "wrong"))
    }

    var title: String { "PostgreSQL at 127.0.0.1:\(port)" }
    static var refusal: String { "password authentication failed" }
    static var tooMany: Int? { 8_000 }
  }
#endif
