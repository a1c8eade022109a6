import Foundation

/// A program that serves while a test needs it. It ends with its last reference, as a crash would end it.
final class ServerProgram {
  private var process: pid_t?

  /// A program has ended that was to serve.
  struct Ended: Error, CustomStringConvertible {
    let program: String
    let status: Int32
    var description: String { "\(program) has ended at its start with \(status); run it by hand to see why" }
  }

  /// Starts a program, also anew, and returns when it answers.
  func start(_ arguments: [String], until answers: () async throws -> Bool) async throws {
    let process = try Self.spawn(arguments)
    self.process = process
    while try await !answers() {
      var status: Int32 = 0
      guard waitpid(process, &status, WNOHANG) == 0 else {
        self.process = nil
        throw Ended(program: arguments.joined(separator: " "), status: status)
      }
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  deinit { kill() }

  /// Ends it and what it has started at once, as a crash would.
  func kill() {
    guard let process = process.take() else { return }
    Foundation.kill(process, SIGSTOP)
    Self.signal("KILL", childrenOf: process)
    Foundation.kill(process, SIGKILL)
    waitpid(process, nil, 0)
  }

  /// Stops it without a word to its clients, until ``resume()``.
  func pause() {
    guard let process else { return }
    Foundation.kill(process, SIGSTOP)
    Self.signal("STOP", childrenOf: process)
  }

  func resume() {
    guard let process else { return }
    Self.signal("CONT", childrenOf: process)
    Foundation.kill(process, SIGCONT)
  }

  /// Runs a program to its end, and returns its status.
  @discardableResult
  static func run(_ arguments: [String]) throws -> Int32 {
    var status: Int32 = 0
    waitpid(try spawn(arguments), &status, 0)
    return status
  }

  private static func signal(_ name: String, childrenOf process: pid_t) {
    _ = try? run(["pkill", "-\(name)", "-P", "\(process)"])
  }

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

  /// The first of some files that can be executed.
  static func first(_ paths: [String]) -> String? { paths.first { FileManager.default.isExecutableFile(atPath: $0) } }

  /// A new folder for temporary files.
  static func temporaryFolder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appending(path: "broker-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }
}
