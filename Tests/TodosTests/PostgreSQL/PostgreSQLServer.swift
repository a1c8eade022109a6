#if PostgreSQL
  import DatastarLocking
  import Foundation
  import TodoTestSupport

  @testable import TodoStorage

  /// A real PostgreSQL on a port of its own, with its data in a folder that goes with it.
  final class PostgreSQLServer: @unchecked Sendable {
    // Sendable: a test that starts and stops it does so one after the other.
    let port: Int
    private let folder: String
    private let settings: [String]
    private var process: pid_t?

    /// Where Debian and Homebrew have the programs of a version that is new enough.
    private static let programs = [17, 16, 15].flatMap { version in
      ["/usr/lib/postgresql/\(version)/bin", "/opt/homebrew/opt/postgresql@\(version)/bin"]
    }.first { FileManager.default.isExecutableFile(atPath: "\($0)/initdb") }

    static var isInstalled: Bool { programs != nil }

    /// Makes an empty one and starts it.
    ///
    /// - Parameter settings: further settings, as `name=value`.
    init(_ settings: String...) throws {
      (folder, port, self.settings) = (try Self.makeFolder(), freePort(), settings)
      try Self.run("initdb", ["-D", "\(folder)/data", "-U", "todo", "-A", "trust", "-E", "UTF8", "--no-sync"])
      try start()
    }

    /// Makes a standby of another one and starts it.
    init(following primary: PostgreSQLServer, _ settings: String...) throws {
      (folder, port, self.settings) = (try Self.makeFolder(), freePort(), settings)
      let from = "host=127.0.0.1 port=\(primary.port) user=todo application_name=standby"
      try Self.run("pg_basebackup", ["-D", "\(folder)/data", "-d", from, "-R", "-c", "fast", "--no-sync"])
      try start()
    }

    deinit { end() }

    /// Ends it for good, with its data.
    func end() {
      crash()
      try? FileManager.default.removeItem(atPath: folder)
    }

    /// Where a database of it is.
    func address(_ database: String = "postgres") throws -> PostgreSQLAddress {
      try PostgreSQLAddress("postgres://todo@127.0.0.1:\(port)/\(database)")
    }

    /// Makes a database and returns where it is.
    func makeDatabase() throws -> PostgreSQLAddress {
      let name = "test_\(UUID().uuidString.lowercased().replacing("-", with: "_"))"
      try execute("CREATE DATABASE \(name)")
      return try address(name)
    }

    /// Has it carry out a script, as somebody would by hand.
    func execute(_ script: String, in database: String = "postgres") throws {
      try PostgreSQLConnection(to: address(database)).execute(script)
    }

    /// Starts it, also anew on the same port and data, and returns when it takes connections.
    func start() throws {
      let arguments = [
        "-D", "\(folder)/data", "-p", "\(port)", "-k", folder, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off",
      ]
      let words = arguments + settings.flatMap { ["-c", $0] }
      // What an earlier one has left may have to end first.
      for _ in 0..<3_000 {
        if process.map({ waitpid($0, nil, WNOHANG) != 0 }) ?? true { process = try Self.spawn("postgres", words) }
        if (try? PostgreSQLConnection(to: address())) != nil { return }
        usleep(10_000)
      }
      throw PostgreSQLFailure.lost("PostgreSQL does not start", .gone)
    }

    /// Ends it at once, without a checkpoint, as a crash would.
    func crash() {
      guard let process = process.take() else { return }
      kill(process, SIGCONT)
      kill(process, SIGQUIT)
      waitpid(process, nil, 0)
    }

    /// Makes a standby one that is written to, and returns when it is.
    func promote() throws {
      // Not in one statement: what it sees can keep from being replayed, for 30 s, what has to be before that.
      try execute("SELECT pg_promote(false)")
      let recovery = [PostgreSQLStatement(sql: "SELECT pg_is_in_recovery()")]
      for _ in 0..<3_000 {
        if try !PostgreSQLConnection(to: address()).run(recovery)[0].bool(0, 0) { return }
        usleep(10_000)
      }
      throw PostgreSQLFailure.lost("PostgreSQL is not promoted", .gone)
    }

    /// Has all that it consists of stand still, until ``resume()``.
    func pause() throws { try signal("STOP") }

    func resume() throws { try signal("CONT") }

    private func signal(_ name: String) throws {
      let process = process ?? 0
      try Self.run(bash: "kill -\(name) \(process) $(cat /proc/\(process)/task/\(process)/children)")
    }
  }

  // MARK: - What the system is asked for

  extension PostgreSQLServer {
    /// Keeps from a program what it would inherit: a connection that another test ends must not stay open over there,
    /// nor what reads the tests' output wait for its end. PostgreSQL does not run as root.
    private static let script = #"""
      for fd in /dev/fd/*; do fd=${fd##*/}; [ "$fd" -le 2 ] || eval "exec $fd>&-"; done
      cd /; [ "$(id -u)" -ne 0 ] || set -- setpriv --reuid=postgres --regid=postgres --clear-groups "$@"
      exec "$@" >/dev/null 2>&1
      """#

    private static func spawn(_ program: String, _ arguments: [String]) throws -> pid_t {
      try spawn(["/bin/bash", "-c", script, "bash", "\(programs ?? "")/\(program)"] + arguments)
    }

    private static func spawn(_ arguments: [String]) throws -> pid_t {
      let words = arguments.map { strdup($0) }
      defer { words.forEach { free($0) } }
      var process = pid_t()
      let status = posix_spawn(&process, arguments[0], nil, nil, words + [nil], environ)
      guard status == 0 else { throw POSIXError(POSIXErrorCode(rawValue: status) ?? .ENOENT) }
      return process
    }

    private static func run(_ program: String, _ arguments: [String]) throws {
      try waitForSuccess(of: spawn(program, arguments), program)
    }

    private static func run(bash script: String) throws {
      try waitForSuccess(of: spawn(["/bin/bash", "-c", script]), script)
    }

    private static func waitForSuccess(of process: pid_t, _ what: String) throws {
      var status: Int32 = 0
      guard waitpid(process, &status, 0) == process, status == 0 else {
        throw PostgreSQLFailure.lost("\(what) has failed with \(status)", .other)
      }
    }

    /// Makes a folder that PostgreSQL's user can write.
    private static func makeFolder() throws -> String {
      let folder = FileManager.default.temporaryDirectory.appending(path: "postgresql-\(UUID())").path
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      if geteuid() == 0, let user = getpwnam("postgres") { chown(folder, user.pointee.pw_uid, user.pointee.pw_gid) }
      return folder
    }

    /// Returns a socket on a port that nobody else has.
    static func boundSocket() throws -> (descriptor: Int32, port: Int) {
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let status = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
          bind(descriptor, pointer, length) == 0 ? getsockname(descriptor, pointer, &length) : -1
        }
      }
      guard status == 0 else { throw POSIXError(.EADDRNOTAVAIL) }
      return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }
  }
#endif
