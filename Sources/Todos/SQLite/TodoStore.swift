import Foundation
import GRDB

/// How much a store takes in.
public struct TodoLimits: Sendable {
  /// The most todos of one list.
  public var todosPerList = 5_000
  /// The most bytes of UTF-8 that the titles of one list's todos take together.
  public var titleBytesPerList = 1_048_576
  /// The most lists.
  public var lists = 10_000
  /// For how long a deletion can be undone.
  public var undo = Duration.seconds(3600)
  /// The most deletions that are kept for that, and the most todos of all of them together.
  public var deletions = (count: 1_000, todos: 100_000)
  /// For how long a command's key is kept.
  public var commandKeys = Duration.seconds(3600)

  /// The defaults.
  public init() {}
}

/// Lists and todos in an SQLite file.
///
/// A command that has returned is on the disk: it survives `kill -9` and a loss of power. Commands that arrive together
/// share a commit; see `CommitQueue`. Reads see one moment of the database and never wait for commands.
public final class TodoStore: Sendable {
  private let database: DatabasePool
  private let revisions: RevisionReader
  let log: LogTruncation
  let commits: CommitQueue
  private let feed = CommitFeed()
  /// Where the file is, whatever folder the program is in.
  public let path: String
  /// How much the store takes in.
  public let limits: TodoLimits
  let now: @Sendable () -> Date
  /// How many rows whose time is over a new one purges at most, so that no command has to clear away a whole history.
  static let purgedAtOnce = 10
  /// After how many todos a deletion purges no more, unless it takes away as many itself.
  static let todosPurgedAtOnce = 1_000

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
    self.path = path
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

  /// Follows the store: returns what is committed from now on, all of it, in the order of the commits, and for each
  /// commit in the order of the commands. It ends with ``close()``.
  ///
  /// What was committed before the call is what is read after it. A change is told before its command returns, and
  /// never told if its command changed nothing, failed, or had been carried out before with its key.
  ///
  /// The store never waits for who follows it: what has not been taken is kept, so take it as it comes.
  ///
  /// Changes that another process makes to the same file are not told, see ``takeChangesOfOthers()``. The next one that is told has another
  /// ``CommittedChange/previousRevision`` then than the last one of its list had as its revision.
  public func committedChanges() -> AsyncStream<[CommittedChange]> { feed.follow() }

  /// A list with its todos, all of one moment; an empty one for a name that is not known.
  ///
  /// - Throws: ``TodosError/unavailable(reason:fault:)``.
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

  /// The state of a list, by which a copy of it is known to be current; nil for a name that is not known.
  ///
  /// - Throws: ``TodosError/unavailable(reason:fault:)``.
  public func state(of name: ListName) throws(TodosError) -> StoredState? {
    do { return try revisions.state(of: name) } catch { throw failure(of: error) }
  }

  /// The state of all lists together; its revision is that of the newest change, whichever list it was of.
  ///
  /// - Throws: ``TodosError/unavailable(reason:fault:)``.
  public func state() throws(TodosError) -> StoredState? {
    do { return try revisions.state() } catch { throw failure(of: error) }
  }

  /// All lists with their counts, but for unlisted ones.
  ///
  /// - Throws: ``TodosError/unavailable(reason:fault:)``.
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
