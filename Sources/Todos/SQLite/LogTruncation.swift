import DatastarLocking
import Foundation
import GRDB

/// Brings SQLite's log, the `-wal` file, back to a small size while the store is open.
///
/// SQLite moves the log into the database every 1,000 pages, and begins it anew once nobody reads from it. While another
/// program reads for long it grows, and would keep the size that it had then until the store is closed.
final class LogTruncation: Sendable {
  /// How often the log was too large and has been made small.
  let count = Tally()
  private let path: String
  private let database: DatabaseQueue
  private let work = Locked<Task<Void, Never>?>(nil)

  /// A log of more bytes is made small: twice as many as SQLite lets gather where nobody reads.
  static let limit = 8 * 1024 * 1024
  /// After so long it is tried again, where somebody still reads.
  private static let pause = Duration.seconds(1)

  /// - Parameter path: of the database, which is open already.
  init(path: String) throws {
    self.path = URL(filePath: path).path + "-wal"
    // Without a busy timeout, for which commits would wait as well.
    database = try DatabaseQueue(path: path)
  }

  /// The bytes that the log takes; 0 where it is not there.
  var size: Int { PlainFile.size(path) }

  /// Begins to make the log small if it is large; never waits.
  func beginIfNeeded() {
    guard size > Self.limit else { return }
    work.withLock { work in
      if work == nil { work = Task { [weak self] in await self?.run() } }
    }
  }

  private func run() async {
    while !Task.isCancelled {
      if (try? await database.writeWithoutTransaction(Self.truncate)) == true {
        count.add()
        break
      }
      try? await Task.sleep(for: Self.pause)
    }
    work.withLock { $0 = nil }
    // What a commit has made large since, it found this at work on.
    if !Task.isCancelled { beginIfNeeded() }
  }

  /// Returns whether the log has become empty.
  private static func truncate(_ db: Database) throws -> Bool {
    // Beside all who write, as far as nobody reads what was before. What is left for the truncation, which does keep
    // them waiting, is next to nothing then.
    let (frames, moved) = try db.checkpoint(.passive)
    guard frames >= 0, frames == moved else { return false }
    try db.checkpoint(.truncate)
    return true
  }

  func close() throws {
    work.withLock { $0?.cancel() }
    database.interrupt()
    try database.close()
  }
}
