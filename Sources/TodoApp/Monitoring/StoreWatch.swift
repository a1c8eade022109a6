import DatastarLocking
import Logging
import TodoStorage

/// Notices when the store cannot be used and when it can again, and writes a line to the log for each.
///
/// Once it has failed it is tried every second, so that the second line does not wait for somebody's command. Only such
/// a trial makes it available again: where some commands fail and others do not, the log has two lines a second at most.
final class StoreWatch: Sendable {
  private let store: any TodoStore
  private let logger: Logger
  private let faults = Dictionary(uniqueKeysWithValues: StoreFault.allCases.map { ($0, Tally()) })
  private let trials = Locked<Task<Void, Never>?>(nil)

  private static let pause = Duration.seconds(1)

  init(_ store: any TodoStore, logger: Logger) {
    var logger = logger
    logger[metadataKey: "database"] = "\(store.location)"
    (self.store, self.logger) = (store, logger)
  }

  /// Whether the store has not failed since it last worked.
  var isUp: Bool { trials.withLock { $0 == nil } }

  /// How often a command or a read has failed for each reason.
  var faultCounts: [(fault: String, count: Int)] {
    StoreFault.allCases.map { ($0.rawValue, faults[$0]?.value ?? 0) }
  }

  /// Notes what a command or a read has failed with.
  func note(_ error: TodosError) {
    guard case .unavailable(let reason, let fault) = error else { return }
    faults[fault]?.add()
    let isFirst = trials.withLock { trials in
      guard trials == nil else { return false }
      trials = Task { await tryUntilAvailable() }
      return true
    }
    guard isFirst else { return }
    logger.error("the database is not available: what needs it is answered 503", metadata: ["reason": "\(reason)"])
  }

  private func tryUntilAvailable() async {
    let start = ContinuousClock.now
    while (try? await Task.sleep(for: Self.pause)) != nil {
      guard (try? await store.check()) != nil else { continue }
      logger.notice(
        "the database is available again", metadata: ["seconds": "\((ContinuousClock.now - start).components.seconds)"])
      return trials.withLock { $0 = nil }
    }
  }

  /// Ends the trials, before the store is closed.
  func close() async {
    let task = trials.withLock { $0 }
    task?.cancel()
    await task?.value
  }
}
