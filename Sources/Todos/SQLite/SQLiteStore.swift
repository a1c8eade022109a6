import Foundation
import GRDB

/// Lists and todos in an SQLite file.
///
/// A command that has returned is on the disk: it survives `kill -9` and a loss of power. Commands that arrive together
/// share a commit; see `CommitQueue`. Reads see one moment of the database and never wait for commands.
public final class SQLiteStore: TodoStore {
  private let database: DatabasePool
  let revisions: RevisionReader
  let log: LogTruncation
  let commits: CommitQueue
  private let feed = CommitFeed()
  /// Where the file is, whatever folder the program is in.
  public let location: String
  /// How much the store takes in.
  public let limits: TodoLimits
  let now: @Sendable () -> Date

  /// Opens the file at `path`, made if it is missing, and brings its schema up to date.
  ///
  /// - Parameter now: the time of deletions and of command keys.
  /// - Throws: ``TodosError/cannotOpen(path:reason:)`` for a folder that is missing, a file that cannot be written, is
  ///   damaged or no database, and for one that a newer version of this program has written.
  public init(
    path: String, limits: TodoLimits = TodoLimits(), now: @escaping @Sendable () -> Date = { Date() }
  ) throws(TodosError) {
    let path = PlainFile.resolved(path)
    FileOwner.make(path)
    do {
      var configuration = Configuration()
      // Shorter than a stopping server waits for its commands.
      configuration.busyMode = .timeout(2)
      // Enough that no event loop waits for another one's read.
      configuration.maximumReaderCount = 32
      database = try DatabasePool(path: path, configuration: configuration)
      // GRDB sets NORMAL when it turns WAL on, under which a loss of power takes the latest commits.
      try database.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA synchronous = FULL")
        // For a log that is never out of use for as long as its truncation takes: the commit that begins it anew cuts it.
        try db.execute(sql: "PRAGMA journal_size_limit = \(LogTruncation.limit)")
      }
      // A read, since a large file takes seconds, for which the lock of a write would keep other processes from theirs.
      try database.read { try $0.checkFile() }
      try Migrations.migrator.migrate(database)
      revisions = try RevisionReader(path: path, configuration: configuration)
      // A file may be readable and not writable, which a start is the time to say.
      let revision = try database.write { db in
        try db.writeNothing()
        return try Int64.fetchOne(db, sql: "SELECT revision FROM changes") ?? 0
      }
      log = try LogTruncation(path: path)
      commits = CommitQueue(database, try DatabaseFiles(path: path), log, feed, revision: revision)
    } catch let file as UnusableFile {
      throw .cannotOpen(path: path, reason: file.description)
    } catch {
      throw .cannotOpen(path: path, reason: Self.reason(error, path))
    }
    location = path
    self.limits = limits
    self.now = now
  }

  private static func reason(_ error: any Error, _ path: String) -> String {
    guard let error = error as? DatabaseError else { return "\(error)" }
    return [error.message ?? "\(error.resultCode)", OpeningObstacle.found(at: path)].compactMap(\.self)
      .joined(separator: "; ")
  }

  /// Ends all work on the file. Nothing may be asked of the store afterwards.
  public func close() throws(TodosError) {
    defer { feed.end() }
    do {
      // The last connection that closes moves the log into the file, which those that only read cannot do: all of them
      // go first, and the pool would close its own readers after its writer.
      try log.close()
      try revisions.close()
      database.releaseMemory()
      try database.close()
    } catch {
      throw TodosError(error)
    }
  }

  /// Follows the store: what is committed from now on, in the order of the commits.
  public func committedChanges() -> AsyncStream<[CommittedChange]> { feed.follow() }

  /// A list with its todos, all of one moment; an empty one for a name that is not known.
  public func list(_ name: ListName) async throws(TodosError) -> TodoList {
    try read { db in
      // Without the counts, which a page does not need: a list is shown also where these are damaged.
      let statement = try db.cachedStatement(
        sql: "SELECT id, title, revision FROM lists WHERE name = ? AND deletion IS NULL")
      guard let row = try Row.fetchOne(statement, arguments: [name.text]) else {
        return TodoList(
          name: name, title: name.impliedTitle, revision: try ListRow.lastRevision(of: name, in: db), exists: false,
          todos: [])
      }
      return TodoList(
        name: name, title: try row.decode(atIndex: 1), revision: try row.decode(atIndex: 2), exists: true,
        todos: try ListRow.todos(of: row.decode(atIndex: 0), in: db))
    }
  }

  /// The state of a list; nil for a name that is not known. Read on the caller's thread.
  public func state(of name: ListName) async throws(TodosError) -> StoredState? {
    do { return try revisions.state(of: name) } catch { throw failure(of: error) }
  }

  /// The state of all lists together. Read on the caller's thread.
  public func state() async throws(TodosError) -> StoredState? {
    do { return try revisions.state() } catch { throw failure(of: error) }
  }

  /// All lists with their counts, but for unlisted ones.
  public func lists() async throws(TodosError) -> ListIndex {
    try read { db in
      let statement = try db.cachedStatement(
        sql: """
          SELECT name, title, todo_count - completed_count, completed_count FROM lists
          WHERE deletion IS NULL AND unlisted = 0 ORDER BY title COLLATE NOCASE, name
          """)
      let rows = try Row.fetchCursor(statement)
      var lists: [ListSummary] = []
      while let row = try rows.next() {
        lists.append(
          ListSummary(
            name: try row.listName(atIndex: 0), title: try row.decode(atIndex: 1),
            openCount: try row.decode(atIndex: 2), completedCount: try row.decode(atIndex: 3)))
      }
      return ListIndex(revision: try Int64.fetchOne(db, sql: "SELECT revision FROM changes") ?? 0, lists: lists)
    }
  }

  /// Reads on the caller's thread: what is read is in memory, and handing it over would cost more than reading it.
  func read<Result>(_ body: (Database) throws -> Result) throws(TodosError) -> Result {
    do { return try database.read(body) } catch { throw failure(of: error) }
  }

  /// Says why a read has failed. If the file turned out to be damaged, what has been read from it is forgotten: SQLite
  /// keeps pages that it could not make sense of, and would go on failing when the file is sound again.
  private func failure(of error: any Error) -> TodosError {
    if error.isDamage {
      database.releaseMemoryEventually()
      revisions.releaseMemory()
    }
    return TodosError(error)
  }
}
