import DatastarLocking
import DatastarPubSub
import Logging
import TodoStorage

/// Looks every second whether another process has changed the database, and has the streams caught up by what it finds.
///
/// Two servers on one file are to be joined by a broker. Where they are not, neither hears of what the other commits:
/// this says so in the log, once, and what is shown here is late and not old for ever.
final class OtherWriters: Sendable {
  private let looking: Locked<Task<Void, Never>?>

  private static let pause = Duration.seconds(1)

  init(store: any TodoStore, broadcaster: Broadcaster, logger: Logger) {
    // A broker brings what other servers change.
    guard broadcaster.status == nil else {
      looking = Locked(nil)
      return
    }
    looking = Locked(Task { await Self.look(store, broadcaster, logger) })
  }

  private static func look(_ store: any TodoStore, _ broadcaster: Broadcaster, _ logger: Logger) async {
    var (isTold, isBehind) = (false, false)
    while (try? await Task.sleep(for: pause)) != nil {
      if (try? await store.takeChangesOfOthers()) == true { isBehind = true }
      guard isBehind else { continue }
      if !isTold {
        logger.warning(
          "another process changes the database: without a broker that joins both (--pubsub), pages here show it late",
          metadata: ["database": "\(store.location)"])
        isTold = true
      }
      isBehind = false
      for topic in broadcaster.topics {
        do { try await broadcaster.check(topic) } catch { isBehind = true }
      }
    }
  }

  /// Ends it, before the store is closed.
  func close() async {
    let task = looking.withLock { $0 }
    task?.cancel()
    await task?.value
  }
}
