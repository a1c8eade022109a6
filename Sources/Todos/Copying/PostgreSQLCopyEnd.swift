#if PostgreSQL
  /// A PostgreSQL that is copied from or to.
  final class PostgreSQLCopyEnd: CopyEnd {
    let location: String
    private let connection: PostgreSQLConnection

    /// Opens a database that has lists in it and leaves it as it is.
    init(reading address: PostgreSQLAddress) throws {
      location = address.description
      do {
        connection = try Self.connect(to: address)
        let number = try PostgreSQLMigrations.number(on: connection)
        guard number > 0 else { throw BackupError("\(location) is no database of todo lists") }
        guard number == PostgreSQLMigrations.count else {
          throw BackupError(
            "an older version of this program has written \(location): start todo-server on it once")
        }
      } catch {
        throw Self.failure("open", location, error)
      }
    }

    /// Opens a database as a server does, and brings its schema up to date.
    init(writing address: PostgreSQLAddress) throws {
      location = address.description
      do {
        connection = try Self.connect(to: address)
        let lists = PostgreSQLStatement(sql: "SELECT 1 FROM lists LIMIT 1")
        if try PostgreSQLMigrations.number(on: connection) > 0, try connection.run([lists])[0].count > 0 {
          throw BackupError.notEmpty(location)
        }
        try PostgreSQLMigrations.run(on: connection)
      } catch {
        throw Self.failure("open", location, error)
      }
    }

    /// Connects, where no server has the database open: one that has just ended may take a moment to be gone.
    private static func connect(to address: PostgreSQLAddress) throws -> PostgreSQLConnection {
      let connection = try PostgreSQLConnection(to: address)
      try connection.execute("SET application_name = 'todo-server copy'")
      let others = PostgreSQLStatement(
        sql: """
          SELECT coalesce(' at ' || host(client_addr), '') FROM pg_stat_activity
          WHERE datname = current_database() AND application_name = '\(PostgreSQLAddress.applicationName)'
          """)
      let pause = PostgreSQLStatement(sql: "SELECT pg_sleep(0.1)")
      for _ in 0..<20 where try connection.run([others])[0].count > 0 { _ = try connection.run([pause]) }
      let rows = try connection.run([others])[0]
      guard rows.count == 0 else {
        throw BackupError(
          "a todo-server\(try rows.string(0, 0)) has \(address) open: stop every server first, and start them "
            + "afterwards")
      }
      return connection
    }

    func read<Value>(_ body: (any CopiedRows) throws -> Value) throws -> Value {
      try transaction("read", ["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"], body)
    }

    func write<Value>(_ body: (any CopiedRows) throws -> Value) throws -> Value {
      // A server that starts meanwhile waits with what it writes.
      try transaction("write", ["BEGIN", "LOCK TABLE lists IN EXCLUSIVE MODE"], body)
    }

    private func transaction<Value>(
      _ what: String, _ beginning: [String], _ body: (any CopiedRows) throws -> Value
    ) throws -> Value {
      do {
        // While the other end works.
        _ = try connection.run([PostgreSQLStatement(sql: "SET idle_in_transaction_session_timeout = 0")])
        _ = try connection.run(beginning.map { PostgreSQLStatement(sql: $0) })
        let value = try body(PostgreSQLCopiedRows(connection: connection, location: location))
        _ = try connection.run([PostgreSQLStatement(sql: "COMMIT")])
        return value
      } catch {
        _ = try? connection.run([PostgreSQLStatement(sql: "ROLLBACK")])
        throw Self.failure(what, location, error)
      }
    }

    /// Says what has failed, and with which database.
    static func failure(_ what: String, _ location: String, _ error: any Error) -> any Error {
      if error is BackupError { return error }
      return BackupError("cannot \(what) \(location): \((error as? PostgreSQLFailure)?.reason ?? "\(error)")")
    }
  }
#endif
