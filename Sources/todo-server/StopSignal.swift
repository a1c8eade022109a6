import Foundation

/// The signals that ask for the end of the process, heeded from the first moment of `main` on.
///
/// SIGTERM, SIGINT and SIGHUP ask for a stop in order, except for those that the process was started to ignore: SIGHUP
/// by `nohup`, SIGINT by a script that starts it in the background.
/// SIGUSR1 and SIGUSR2 mean nothing here and are ignored.
final class StopSignal: Sendable {
  /// After so many seconds of a stop the process ends, whatever is still under way: users are promised five.
  static let patience = 4.75

  private let requests: AsyncStream<Void>
  private let request: AsyncStream<Void>.Continuation
  private let signals: sigset_t

  /// Holds the signals back for ``wait()``. To be made on the only thread that there is: those that follow hold back
  /// what the one that starts them does, and a signal goes to any that does not.
  init() {
    (requests, request) = AsyncStream.makeStream()
    // A file that may not grow any more, the log's for one, is an error of the write that meets it.
    for number in [SIGUSR1, SIGUSR2, SIGPIPE, SIGXFSZ] { signal(number, SIG_IGN) }
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGTERM, SIGINT, SIGHUP] where !Self.isIgnored(number) { sigaddset(&signals, number) }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    self.signals = signals
  }

  /// Has the signals end the process at once, as they do where nobody heeds them.
  func letThrough() {
    var signals = signals
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Returns when a signal has come.
  func wait() {
    var (signals, number) = (signals, Int32(0))
    while sigwait(&signals, &number) != 0 {}
    request.finish()
  }

  /// Returns when ``wait()`` has.
  func requested() async {
    for await _ in requests {}
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    sigaction(number, nil, &action)
    #if canImport(Darwin)
      let handler = action.__sigaction_u.__sa_handler
    #else
      let handler = action.__sigaction_handler.sa_handler
    #endif
    return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
