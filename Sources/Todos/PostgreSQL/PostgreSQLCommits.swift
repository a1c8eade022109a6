#if PostgreSQL
  import Foundation

  /// Commits the commands that wait at the same time in one transaction, which is sent whole: a group costs one way
  /// there and back, and holds its lists' locks no longer than the server works.
  ///
  /// A command that is refused has written nothing, and needs no savepoint. Where PostgreSQL itself fails a statement,
  /// the transaction is undone, and each of its commands is carried out alone, so that only the one to blame fails.
  /// After the commit it is told to the feed, in the order of the commands, and then each is answered.
  final class PostgreSQLCommits: Sendable {
    let waiting: WaitingChanges<Entry>
    private let connections: PostgreSQLConnections
    private let feed: CommitFeed

    /// A command that waits.
    struct Entry: Sendable {
      /// What is carried out; nil to see only whether there can be a commit.
      let command: PostgreSQLCommand?
      let answer: @Sendable (Result<Change?, TodosError>) -> Void
    }

    private typealias Group = WaitingChanges<Entry>.Group

    /// - Parameters:
    ///   - connections: one, which nothing else writes by.
    ///   - revision: the one that the index has.
    init(_ connections: PostgreSQLConnections, _ feed: CommitFeed, revision: Int64) {
      (self.connections, self.feed) = (connections, feed)
      waiting = WaitingChanges(revision: revision)
    }

    /// Carries a command out and returns when its commit has been answered; nil where there was none to carry out.
    func commit(_ command: PostgreSQLCommand?) async throws(TodosError) -> Change? {
      let outcome = await withCheckedContinuation {
        (caller: CheckedContinuation<Result<Change?, TodosError>, Never>) in
        let entry = Entry(command: command) { caller.resume(returning: $0) }
        let isHeavy = command.map { $0.rowCount == nil } ?? false
        if waiting.add(entry, isHeavy: isHeavy) { connections.write { [self] in drain($0) } }
      }
      return try outcome.get()
    }

    /// Returns whether another process has committed since the last call.
    func takeChangesOfOthers() async throws(TodosError) -> Bool {
      // Where commits are made, so that none of them is taken for another's.
      try await connections.read { [waiting] connection throws(PostgreSQLFailure) in
        let rows = try connection.run([PostgreSQLStatement(sql: "SELECT index_revision()")])[0]
        return waiting.takeChangesOfOthers(upTo: try rows.number(0, 0))
      }
    }

    private func drain(_ writer: PostgreSQLConnections.Writer) {
      while let all = waiting.take() {
        let group = Self.bounded(all)
        waiting.putBack(all, without: group)
        let othersCommit = commit(group, by: writer)
        if othersCommit && group.count > 1 { Thread.sleep(forTimeInterval: Self.gathering) }
      }
    }

    /// How long more commands are let come where another server commits as well and both have many to commit, in
    /// seconds: the groups of each are smaller than those of one alone would be, and each costs a transaction.
    private static let gathering = 0.0008

    /// As many as one transaction takes.
    private static func bounded(_ all: Group) -> Group {
      var group = Group()
      var rows = 0
      for entry in all.light where rows < CommitBounds.rows {
        group.light.append(entry)
        rows += entry.command?.rowCount ?? 0
      }
      if rows < CommitBounds.rows, let entry = all.heavy.first { group.heavy.append(entry) }
      return group
    }

    /// Returns whether another server has committed since the commit before.
    @discardableResult
    private func commit(_ group: Group, by writer: PostgreSQLConnections.Writer) -> Bool {
      do {
        let outcomes = try carryOut(group.all, by: writer)
        let changes = outcomes.compactMap { try? $0?.get().committed }
        let rows = changes.reduce(0) { $0 + $1.change.todoCount + 1 }
        let othersCommit = waiting.note(group, rows: rows, changes: changes, hasWorked: true)
        feed.tell(changes)
        for (entry, outcome) in zip(group.all, outcomes) { entry.answer(outcome.result) }
        return othersCommit
      } catch {
        waiting.noteFailure()
        if error.isOfStatement, group.count > 1 {
          for entry in group.light { commit(Group(light: [entry]), by: writer) }
          for entry in group.heavy { commit(Group(heavy: [entry]), by: writer) }
        } else {
          for entry in group.all { entry.answer(.failure(error.error)) }
        }
        return false
      }
    }

    /// How often a transaction is tried that another one has kept from being carried out.
    private static let trials = 3

    private func carryOut(
      _ entries: [Entry], by writer: PostgreSQLConnections.Writer
    ) throws(PostgreSQLFailure) -> [Result<Outcome, TodosError>?] {
      for _ in 1..<Self.trials {
        do { return try carryOutOnce(entries, by: writer) } catch {
          guard error.isPassing else { throw error }
        }
      }
      return try carryOutOnce(entries, by: writer)
    }

    private func carryOutOnce(
      _ entries: [Entry], by writer: PostgreSQLConnections.Writer
    ) throws(PostgreSQLFailure) -> [Result<Outcome, TodosError>?] {
      let commands = entries.compactMap(\.command)
      let begin = [
        PostgreSQLStatement(sql: "BEGIN ISOLATION LEVEL READ COMMITTED"),
        PostgreSQLStatement(
          sql: "SELECT lock_lists($1, $2)",
          values: [.texts(commands.compactMap { $0.list?.text }), .ints(commands.compactMap(\.undone))]),
      ]
      // What writes nothing else has to write something to show that it can.
      let probe = commands.count < entries.count ? [PostgreSQLStatement(sql: Self.probe)] : []
      let end = ["SELECT count_changes()", "COMMIT", "SELECT index_revision()"].map { PostgreSQLStatement(sql: $0) }
      let results = try writer.run(begin + commands.map(\.statement) + probe + end)
      var isChange: [Bool] = []
      for rows in results.dropFirst(begin.count).prefix(commands.count) { isChange.append(try rows.isChange()) }
      let count = Int64(isChange.count(where: \.self))
      let (before, after) = (try results[1].number(0, 0), try results[results.count - 1].number(0, 0))
      // Others have changed the index meanwhile, and it cannot be said before or after what.
      let turnsIndex = after == before + count
      var index = after - count
      var outcomes: [Result<Outcome, TodosError>] = []
      for (place, command) in commands.enumerated() {
        if isChange[place] { index += 1 }
        let outcome = try results[begin.count + place].outcome(indexRevision: index, turnsIndex: turnsIndex)
        outcomes.append(outcome.mapError { command.error(for: $0.word) })
      }
      var left = outcomes.makeIterator()
      return entries.map { $0.command == nil ? nil : left.next() }
    }

    private static let probe = "UPDATE changes SET revision = revision WHERE part = pg_backend_pid() % 64"
  }

  extension Result<Outcome, TodosError>? {
    /// What the caller is answered.
    fileprivate var result: Result<Change?, TodosError> {
      map { $0.map(\.change) } ?? .success(nil)
    }
  }
#endif
