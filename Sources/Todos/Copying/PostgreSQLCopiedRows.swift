#if PostgreSQL
  /// The rows of a PostgreSQL.
  struct PostgreSQLCopiedRows: CopiedRows {
    let connection: PostgreSQLConnection
    let location: String

    func rows(of table: CopiedTable, after key: CopiedValue, limit: Int) throws -> [[CopiedValue]] {
      try attempt("read") {
        let statement = PostgreSQLStatement(
          sql: """
            SELECT \(table.columnNames) FROM \(table.name) WHERE \(table.key.name) > $1 AND \(table.condition)
            ORDER BY \(table.key.name) LIMIT \(limit)
            """,
          values: [key.parameter])
        let rows = try connection.run([statement])[0]
        return try (0..<rows.count).map { row in
          try table.columns.enumerated().map { try rows.value($1.kind, row, $0) }
        }
      }
    }

    func insert(_ rows: [[CopiedValue]], into table: CopiedTable) throws {
      try attempt("write") {
        let places = table.columns.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        let statement = PostgreSQLStatement(
          sql: """
            INSERT INTO \(table.name) (\(table.columnNames)) OVERRIDING SYSTEM VALUE SELECT * FROM unnest(\(places))
            """,
          values: table.columns.enumerated().map { index, column in column.kind.parameter(rows.map { $0[index] }) })
        _ = try connection.run([statement])
      }
    }

    /// The highest number that a sequence has given.
    private static func last(_ sequence: String) -> String {
      "coalesce(pg_sequence_last_value(\(sequence)::regclass), 0)"
    }

    private static func ids(of table: CopiedTable) -> String { "pg_get_serial_sequence('\(table.name)', 'id')" }

    func counters() throws -> CopiedCounters {
      try attempt("read") {
        let numbers = CopiedTable.numbered.map { Self.last(Self.ids(of: $0)) }.joined(separator: ", ")
        let statement = PostgreSQLStatement(
          sql: """
            SELECT greatest(\(Self.last("'revisions'")), index_revision()), list_count, deletion_count,
              deleted_todo_count, \(numbers) FROM totals
            """)
        let row = try connection.run([statement])[0]
        return CopiedCounters(
          revision: try row.number(0, 0), numbers: try CopiedTable.numbered.indices.map { try row.number(0, 4 + $0) },
          lists: try row.number(0, 1), deletions: try row.number(0, 2), deletedTodos: try row.number(0, 3))
      }
    }

    func set(_ counters: CopiedCounters) throws {
      let sequences = [("'revisions'", counters.revision)] + zip(CopiedTable.numbered.map(Self.ids), counters.numbers)
      // Also those of which none has been given: a sequence is not set back where a transaction is undone.
      let set = sequences.map { name, last in
        PostgreSQLStatement(sql: "SELECT setval(\(name)::regclass, greatest($1, 1), $1 > 0)", values: [.int(last)])
      }
      try attempt("write") {
        _ = try connection.run(
          set + [
            PostgreSQLStatement(
              sql: "UPDATE changes SET revision = CASE part WHEN 0 THEN $1 ELSE 0 END",
              values: [.int(counters.revision)]),
            PostgreSQLStatement(
              sql: "UPDATE totals SET list_count = $1, deletion_count = $2, deleted_todo_count = $3",
              values: [.int(counters.lists), .int(counters.deletions), .int(counters.deletedTodos)]),
          ])
      }
    }

    func contents() throws -> DatabaseContents {
      try attempt("read") {
        let row = try connection.run([
          PostgreSQLStatement(
            sql: "SELECT count(*), coalesce(sum(todo_count), 0)::bigint FROM lists WHERE deletion IS NULL")
        ])[0]
        return DatabaseContents(lists: Int(try row.number(0, 0)), todos: Int(try row.number(0, 1)))
      }
    }

    /// What fails here is this database's, whatever the other end does meanwhile.
    private func attempt<Value>(_ what: String, _ body: () throws -> Value) throws -> Value {
      do { return try body() } catch { throw PostgreSQLCopyEnd.failure(what, location, error) }
    }
  }

  extension CopiedValue {
    fileprivate var parameter: PostgreSQLValue {
      switch self {
      case .null: .text(nil)
      case .number(let number): .int(number)
      case .flag(let flag): .bool(flag)
      case .time(let time): .double(time)
      case .text(let text): .text(text)
      }
    }
  }

  extension CopiedTable.Kind {
    /// A column's values as an array.
    fileprivate func parameter(_ values: [CopiedValue]) -> PostgreSQLValue {
      switch self {
      case .number: .ints(values.map { if case .number(let number) = $0 { number } else { nil } })
      case .flag: .bools(values.map { $0 == .flag(true) })
      case .time: .doubles(values.map { if case .time(let time) = $0 { time } else { 0 } })
      case .text: .texts(values.map { if case .text(let text) = $0 { text } else { nil } })
      }
    }
  }

  extension PostgreSQLRows {
    fileprivate func value(_ kind: CopiedTable.Kind, _ row: Int, _ column: Int) throws(PostgreSQLFailure) -> CopiedValue
    {
      if isNull(row, column) { return .null }
      switch kind {
      case .number: return .number(try number(row, column))
      case .flag: return .flag(try bool(row, column))
      case .time: return .time(try double(row, column))
      case .text: return .text(try string(row, column))
      }
    }
  }
#endif
