import Foundation
import Testing
import TodoStorage
import TodoStorageTesting

@Suite("SQLiteStore", .timeLimit(.minutes(10))) struct SQLiteStoreTests {
  @Test("a store", arguments: TodoStoreContract.checks)
  func contract(check: TodoStoreContract.Check) async throws {
    try await check.run(.sqlite)
  }
}

extension TodoStoreContract {
  /// The contract for files, each in a folder of its own, which goes with it.
  static let sqlite = TodoStoreContract {
    let folder = try TemporaryFolder()
    return { limits, now in
      try SQLiteStore(path: folder.url.appending(path: "todos.sqlite").path, limits: limits, now: now)
    }
  }
}

private final class TemporaryFolder: Sendable {
  let url = FileManager.default.temporaryDirectory.appending(path: "todos-\(UUID())")

  init() throws {
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }
}
