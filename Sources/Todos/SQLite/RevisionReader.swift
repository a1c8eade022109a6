import GRDB
import Synchronization

/// Answers the one question that every page asks, sooner than the pool would find a free connection.
///
/// A connection that two threads want at once costs both of them several times what the question does: there are a few,
/// taken in turn.
final class RevisionReader: Sendable {
  private let connections: [DatabaseQueue]
  private let turn = Atomic<Int>(0)
  private static let count = 8

  init(path: String, configuration: Configuration) throws {
    var configuration = configuration
    configuration.readonly = true
    connections = try (0..<Self.count).map { _ in try DatabaseQueue(path: path, configuration: configuration) }
  }

  /// The state of a list; nil for a name that is not known.
  func state(of name: ListName) throws -> StoredState? {
    try fetch(
      "SELECT revision, todo_count, title_bytes FROM lists WHERE name = ? AND deletion IS NULL", [name.text])
  }

  /// The state of all lists together.
  func state() throws -> StoredState? {
    try fetch("SELECT revision, list_count, 0 FROM changes", [])
  }

  private func fetch(_ sql: String, _ arguments: StatementArguments) throws -> StoredState? {
    let turn = turn.wrappingAdd(1, ordering: .relaxed).oldValue
    // A single statement sees one moment of the database without a transaction.
    return try connections[abs(turn % Self.count)].unsafeRead { db in
      try Row.fetchOne(db.cachedStatement(sql: sql), arguments: arguments).map(StoredState.init)
    }
  }

  /// Forgets what has been read.
  func releaseMemory() {
    for connection in connections { connection.releaseMemory() }
  }

  func close() throws {
    for connection in connections { try connection.close() }
  }
}

extension StoredState {
  /// More than there can be.
  private static let large = 1 << 30

  /// A page is shown also where the counts are damaged: they are taken for large ones then.
  fileprivate init(_ row: Row) throws {
    self.init(
      revision: try row.decode(atIndex: 0), rowCount: Self.count(in: row, atIndex: 1),
      titleBytes: Self.count(in: row, atIndex: 2))
  }

  private static func count(in row: Row, atIndex index: Int) -> Int {
    min(Int.fromDatabaseValue(row[index]).map { max(0, $0) } ?? large, large)
  }
}
