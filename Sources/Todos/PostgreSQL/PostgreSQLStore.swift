#if PostgreSQL
  import DatastarLocking
  import Foundation

  /// Lists and todos in a PostgreSQL, which servers on many hosts share.
  ///
  /// A command that has returned has been committed as the database's `synchronous_commit` says. Commands that arrive
  /// together share a commit; those of different lists, at different servers, are carried out side by side. What is
  /// read is what was committed before, at any server. All waiting is done on threads of the store's own.
  ///
  /// A connection that is lost is opened anew by who wants it next, at whichever of the address's hosts can be written
  /// to then. A command whose commit was not answered fails with ``TodosError/unavailable(reason:fault:)``, and may
  /// have been carried out: sent again with its key, it is carried out once.
  public final class PostgreSQLStore: TodoStore {
    /// Where the database is, without its password.
    public let location: String
    /// How much the store takes in.
    public let limits: TodoLimits
    let readers: PostgreSQLConnections
    let states: PostgreSQLStates
    let commits: PostgreSQLCommits
    private let all: [PostgreSQLConnections]
    private let feed = CommitFeed()
    let now: @Sendable () -> Date

    /// How many connections read lists at the same time; one more asks for states, and one writes.
    private static let readerCount = 8

    /// Connects, and brings the schema up to date. Waits for that.
    ///
    /// - Parameter now: the time of deletions and of command keys.
    /// - Throws: ``TodosError/cannotOpen(path:reason:)`` for a database that cannot be reached or may not be written,
    ///   and for one that a newer version of this program has written.
    public init(
      _ address: PostgreSQLAddress, limits: TodoLimits = TodoLimits(), now: @escaping @Sendable () -> Date = { Date() }
    ) throws(TodosError) {
      location = address.description
      (self.limits, self.now) = (limits, now)
      let epoch = PostgreSQLEpoch()
      readers = PostgreSQLConnections(to: address, Self.readerCount, epoch, label: "postgresql.read")
      let asking = PostgreSQLConnections(to: address, 1, epoch, label: "postgresql.state")
      let writing = PostgreSQLConnections(to: address, 1, epoch, label: "postgresql.commit")
      all = [readers, asking, writing]
      states = PostgreSQLStates(asking)
      do throws(PostgreSQLFailure) {
        let connection = try epoch.connect(to: address)
        try PostgreSQLMigrations.run(on: connection)
        let revision = try connection.run([PostgreSQLStatement(sql: "SELECT index_revision()")])[0].number(0, 0)
        writing.add(connection)
        commits = PostgreSQLCommits(writing, feed, revision: revision)
      } catch {
        throw .cannotOpen(path: location, reason: error.reason)
      }
    }

    /// Closes all connections. Nothing may be asked of the store afterwards.
    public func close() throws(TodosError) {
      for connections in all { connections.close() }
      feed.end()
    }

    /// Follows the store: what this process commits from now on, in the order of the commits.
    public func committedChanges() -> AsyncStream<[CommittedChange]> { feed.follow() }

    /// Carries a command out, and once only for all that come with the same key.
    public func carryOut(_ command: TodoCommand, key: CommandKey?) async throws(TodosError) -> Change {
      let command = PostgreSQLCommand(command, key: key, limits: limits, now: now())
      guard let change = try await commits.commit(command) else {
        throw .unavailable(reason: "the command was not carried out")
      }
      return change
    }
  }

  // MARK: - Health

  extension PostgreSQLStore {
    /// How many changes wait for their commit.
    public var waitingCommits: Int { commits.waiting.count }
    /// How many changes each commit held.
    public var commitGroupSizes: Histogram { commits.waiting.groupSizes }
    /// How many rows each commit wrote.
    public var commitRowCounts: Histogram { commits.waiting.rowCounts }
    /// None: they are the database server's.
    public var files: StoreFiles? { nil }

    /// Returns whether another process has changed the database since the last call, or since it was opened.
    public func takeChangesOfOthers() async throws(TodosError) -> Bool { try await commits.takeChangesOfOthers() }

    /// Checks that the store can read something of each table that pages are made of.
    public func checkReading() async throws(TodosError) {
      try await readers.read { connection throws(PostgreSQLFailure) in
        _ = try connection.run(
          ["changes", "lists", "todos"].map { PostgreSQLStatement(sql: "SELECT 1 FROM \($0) LIMIT 1") })
      }
    }

    /// Checks that the store can read and commit. Changes nothing.
    public func check() async throws(TodosError) {
      try await checkReading()
      if commits.waiting.hasCommitted(since: .now - .seconds(1)) { return }
      _ = try await commits.commit(nil)
    }
  }
#endif
