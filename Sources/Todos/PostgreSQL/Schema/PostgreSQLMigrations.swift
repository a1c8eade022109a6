#if PostgreSQL
  /// The database's schema, in numbered steps that are never changed once they are released.
  enum PostgreSQLMigrations {
    /// Each step is a script; the first has the number 1.
    private static let steps = [
      [tables, rules, positions, todoCommands, deletionCommands, listCommands, carryingOut].joined(separator: "\n")
    ]

    /// Brings the schema up to date, one process at a time. Writes nothing where it is.
    static func run(on connection: PostgreSQLConnection) throws(PostgreSQLFailure) {
      guard try number(on: connection) != steps.count else { return }
      do { try take(on: connection) } catch { throw explained(error) }
    }

    private static func take(on connection: PostgreSQLConnection) throws(PostgreSQLFailure) {
      try connection.execute(
        """
        BEGIN;
        SELECT pg_advisory_xact_lock(hashtextextended('datastar-todo: migrations', 0));
        CREATE TABLE IF NOT EXISTS migrations (number integer PRIMARY KEY, time timestamptz NOT NULL DEFAULT now());
        """)
      for number in try number(on: connection)..<steps.count {
        try connection.execute(steps[number] + "INSERT INTO migrations (number) VALUES (\(number + 1));")
      }
      try connection.execute("COMMIT")
    }

    /// Says whose tables they are that stand in the way of this program's.
    private static func explained(_ failure: PostgreSQLFailure) -> PostgreSQLFailure {
      // undefined_column, and duplicate_table, duplicate_function, duplicate_object.
      guard case .refused(let state, let reason) = failure, ["42703", "42P07", "42723", "42710"].contains(state) else {
        return failure
      }
      return .refused(
        state: state,
        "it has tables of another program (\(reason)): name an empty database, or a schema of its own by the address's "
          + "options=-csearch_path%3DNAME")
    }

    /// How many steps there are.
    static var count: Int { steps.count }

    /// How many steps have been taken.
    ///
    /// - Throws: where these are more than this version knows.
    static func number(on connection: PostgreSQLConnection) throws(PostgreSQLFailure) -> Int {
      let table = try connection.run([PostgreSQLStatement(sql: "SELECT to_regclass('migrations')::text")])[0]
      guard !table.isNull(0, 0) else { return 0 }
      let newest = PostgreSQLStatement(sql: "SELECT coalesce(max(number), 0)::bigint FROM migrations")
      let number: Int
      do { number = Int(try connection.run([newest])[0].number(0, 0)) } catch { throw explained(error) }
      guard number <= steps.count else {
        throw .refused(state: "", "a newer version of this program has written it")
      }
      return number
    }
  }
#endif
