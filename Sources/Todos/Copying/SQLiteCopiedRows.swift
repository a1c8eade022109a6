import GRDB

/// The rows of an SQLite file.
struct SQLiteCopiedRows: CopiedRows {
  let database: Database
  let location: String

  func rows(of table: CopiedTable, after key: CopiedValue, limit: Int) throws -> [[CopiedValue]] {
    try attempt("read") {
      let statement = try database.cachedStatement(
        sql: """
          SELECT \(table.columnNames) FROM \(table.name) WHERE \(table.key.name) > ? AND \(table.condition)
          ORDER BY \(table.key.name) LIMIT ?
          """)
      let rows = try Row.fetchCursor(statement, arguments: [key.databaseValue, limit])
      var values: [[CopiedValue]] = []
      while let row = try rows.next() {
        values.append(try table.columns.enumerated().map { index, column in try row.value(column.kind, at: index) })
      }
      return values
    }
  }

  func insert(_ rows: [[CopiedValue]], into table: CopiedTable) throws {
    let places = table.columns.map { _ in "?" }.joined(separator: ", ")
    let sql = "INSERT INTO \(table.name) (\(table.columnNames)) VALUES (\(places))"
    try attempt("write") { for row in rows { try database.run(sql, StatementArguments(row.map(\.databaseValue))) } }
  }

  func counters() throws -> CopiedCounters {
    try attempt("read") {
      let sql = "SELECT revision, list_count, deletion_count, deleted_todo_count FROM changes"
      guard let totals = try Row.fetchOne(database, sql: sql) else { throw Totals.missing }
      let number = "SELECT seq FROM sqlite_sequence WHERE name = ?"
      return CopiedCounters(
        revision: try totals.decode(atIndex: 0),
        numbers: try CopiedTable.numbered.map {
          try Int64.fetchOne(database, sql: number, arguments: [$0.name]) ?? 0
        },
        lists: try totals.decode(atIndex: 1), deletions: try totals.decode(atIndex: 2),
        deletedTodos: try totals.decode(atIndex: 3))
    }
  }

  func set(_ counters: CopiedCounters) throws {
    try attempt("write") {
      try database.run(
        "UPDATE changes SET revision = ?, list_count = ?, deletion_count = ?, deleted_todo_count = ?",
        [counters.revision, counters.lists, counters.deletions, counters.deletedTodos])
      for (table, number) in zip(CopiedTable.numbered, counters.numbers) {
        try database.run("DELETE FROM sqlite_sequence WHERE name = ?", [table.name])
        try database.run("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", [table.name, number])
      }
    }
  }

  func contents() throws -> DatabaseContents { try attempt("read") { try DatabaseContents(database) } }

  /// What fails here is this file's, whatever the other end does meanwhile.
  private func attempt<Value>(_ what: String, _ body: () throws -> Value) throws -> Value {
    do { return try body() } catch { throw SQLiteCopyEnd.failure(what, location, error) }
  }
}

extension CopiedValue {
  fileprivate var databaseValue: DatabaseValue {
    switch self {
    case .null: .null
    case .number(let number): number.databaseValue
    case .flag(let flag): flag.databaseValue
    case .time(let time): time.databaseValue
    case .text(let text): text.databaseValue
    }
  }
}

extension Row {
  fileprivate func value(_ kind: CopiedTable.Kind, at index: Int) throws -> CopiedValue {
    if hasNull(atIndex: index) { return .null }
    switch kind {
    case .number: return .number(try decode(atIndex: index))
    case .flag: return .flag(try decode(atIndex: index))
    case .time: return .time(try decode(atIndex: index))
    case .text: return .text(try decode(atIndex: index))
    }
  }
}
