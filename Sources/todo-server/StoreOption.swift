import TodoStorage

/// What `--database` says of where the lists are kept.
enum StoreOption {
  /// Opens the store that is meant.
  ///
  /// - Throws: ``SettingsError`` for an address in a build that does not know it; `TodosError` where it cannot be opened.
  static func store(_ text: String) throws -> any TodoStore {
    switch try location(text) {
    case .file(let path): return try SQLiteStore(path: path)
    #if PostgreSQL
      case .postgreSQL(let address): return try PostgreSQLStore(address)
    #endif
    }
  }

  /// The place that is meant.
  ///
  /// - Throws: ``SettingsError`` for an address in a build that does not know it; `TodosError` for one that is none.
  static func location(_ text: String) throws -> StoreLocation {
    guard isAddress(text) else { return .file(try path(text)) }
    #if PostgreSQL
      return .postgreSQL(try PostgreSQLAddress(text))
    #else
      throw SettingsError(
        "this todo-server was built without PostgreSQL: build it with swift build --traits PostgreSQL")
    #endif
  }

  /// The file that is meant.
  ///
  /// - Throws: ``SettingsError`` for a database that is no file of this program's.
  static func file(_ text: String) throws(SettingsError) -> String {
    guard !isAddress(text) else {
      throw SettingsError("--database is a PostgreSQL, and no file: copy it with pg_dump, put it back with pg_restore")
    }
    return try path(text)
  }

  private static func path(_ text: String) throws(SettingsError) -> String {
    guard let scheme = text.firstRange(of: "://")?.lowerBound else { return text }
    // No more of it: there may be a password in it.
    throw SettingsError("the database \(text[..<scheme])://… is neither a file's path nor postgres://user@host/name")
  }

  /// Whether a PostgreSQL is meant, and no file.
  static func isAddress(_ text: String) -> Bool {
    ["postgres:", "postgresql:"].contains { text.hasPrefix($0) }
  }
}
