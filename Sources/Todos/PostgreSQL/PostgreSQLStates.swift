#if PostgreSQL
  import DatastarLocking

  /// Answers the one question that every page asks: what state a list is in.
  ///
  /// All who ask while one question is under way are answered by the next, so that as many pages a second can be asked
  /// for as with a file here, and each is shown what had been committed when it was asked for.
  final class PostgreSQLStates: Sendable {
    private let connections: PostgreSQLConnections
    private let state = Locked(State())

    private typealias Caller = CheckedContinuation<Result<StoredState?, TodosError>, Never>

    private struct State {
      /// By the list that is asked for; nil for the index.
      var waiting: [ListName?: [Caller]] = [:]
      var isAsking = false
    }

    init(_ connections: PostgreSQLConnections) { self.connections = connections }

    /// The state of a list, or of all of them; nil for a list that is not there.
    func state(of name: ListName?) async throws(TodosError) -> StoredState? {
      let outcome = await withCheckedContinuation { (caller: Caller) in
        let begins = state.withLock { state in
          state.waiting[name, default: []].append(caller)
          defer { state.isAsking = true }
          return !state.isAsking
        }
        if begins { askForAll() }
      }
      return try outcome.get()
    }

    /// Asks for all who wait when its turn has come, and again as long as there are others then.
    private func askForAll() {
      let asked = Locked<[ListName?: [Caller]]>([:])
      connections.read { [self] connection throws(PostgreSQLFailure) in
        let waiting = asked.withLock { asked in
          // Kept where the question is asked once more on another connection.
          if asked.isEmpty { asked = takeWaiting() }
          return asked
        }
        return try Self.ask(connection, for: Array(waiting.keys))
      } _: { [self] outcome in
        // Where there was no connection to ask on, nobody has been asked for yet.
        let answered = asked.withLock { $0.isEmpty ? takeWaiting() : $0 }
        for (name, callers) in answered {
          for caller in callers { caller.resume(returning: outcome.map { $0[name] }) }
        }
        if hasMore() { askForAll() }
      }
    }

    /// Whether others have come since; nobody asks any more where none have.
    private func hasMore() -> Bool {
      state.withLock { state in
        state.isAsking = !state.waiting.isEmpty
        return state.isAsking
      }
    }

    private func takeWaiting() -> [ListName?: [Caller]] {
      state.withLock { state in
        defer { state.waiting = [:] }
        return state.waiting
      }
    }

    private static func ask(
      _ connection: PostgreSQLConnection, for names: [ListName?]
    ) throws(PostgreSQLFailure) -> [ListName?: StoredState] {
      let lists = PostgreSQLStatement(
        sql: """
          SELECT name, revision, todo_count, title_bytes FROM lists WHERE name = ANY ($1) AND deletion IS NULL
          """, values: [.texts(names.compactMap { $0?.text })])
      let index = PostgreSQLStatement(sql: "SELECT NULL, index_revision(), list_count, 0::bigint FROM totals")
      let results = try connection.run(names.contains(nil) ? [lists, index] : [lists])
      var states: [ListName?: StoredState] = [:]
      for rows in results {
        for row in 0..<rows.count {
          let name = rows.isNull(row, 0) ? nil : try rows.name(row, 0)
          states[name] = StoredState(
            revision: try rows.number(row, 1), rowCount: Int(try rows.number(row, 2)),
            titleBytes: Int(try rows.number(row, 3)))
        }
      }
      return states
    }
  }
#endif
