import DatastarLocking
import Foundation
import TodoStorageTesting

@testable import TodoStorage

/// A store in a folder of its own, which goes with it.
final class TemporaryStore: Sendable {
  let folder: URL
  let store: SQLiteStore
  private let time = Locked(Date(timeIntervalSince1970: 1_000_000))

  init(limits: TodoLimits = TodoLimits()) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "todos-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    store = try SQLiteStore(path: folder.appending(path: "todos.sqlite").path, limits: limits) { [time] in
      time.withLock { $0 }
    }
  }

  deinit {
    try? store.close()
    try? FileManager.default.removeItem(at: folder)
  }

  func advance(by seconds: TimeInterval) {
    time.withLock { $0 += seconds }
  }
}

extension SQLiteStore {
  /// Gives the only todo of the only list a title that is not allowed any more, as an earlier version has stored it.
  func setOnlyTitle(_ title: String) async throws {
    try await commits.commit { db in
      try db.run("UPDATE todos SET title = ?", [title])
      try db.run("UPDATE lists SET title_bytes = ?", [title.utf8.count])
    }
  }
}
