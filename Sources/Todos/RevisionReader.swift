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

  /// The revision of a list; nil for a name that is not known.
  func revision(of name: ListName) throws -> Int64? {
    try fetch("SELECT revision FROM lists WHERE name = ? AND deletion IS NULL", [name.text])
  }

  /// The revision of all lists together.
  func latest() throws -> Int64? {
    try fetch("SELECT revision FROM changes", [])
  }

  private func fetch(_ sql: String, _ arguments: StatementArguments) throws -> Int64? {
    let turn = turn.wrappingAdd(1, ordering: .relaxed).oldValue
    // A single statement sees one moment of the database without a transaction.
    return try connections[abs(turn % Self.count)].unsafeRead { db in
      try Int64.fetchOne(db.cachedStatement(sql: sql), arguments: arguments)
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
