import GRDB

extension Database {
  /// Runs `body`, and forgets what has been read from the file if it turns out to be damaged: SQLite keeps pages that
  /// it could not make sense of, and would go on failing when the file is sound again.
  func forgettingDamage<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch {
      if error.isDamage { releaseMemory() }
      throw error
    }
  }
}

extension Database {
  /// Checks that the file is whole, and that it was written by this version or by one before.
  ///
  /// - Throws: ``UnusableFile``.
  func checkFile() throws {
    let found = try String.fetchOne(self, sql: "PRAGMA quick_check(1)") ?? ""
    guard found == "ok" else {
      throw UnusableFile("it is damaged: \(found.split(whereSeparator: \.isNewline).joined(separator: " "))")
    }
    guard try !Migrations.migrator.hasBeenSuperseded(self) else {
      throw UnusableFile("a newer version of this program has written it")
    }
  }
}

/// A file that is no database of this version's, and why.
struct UnusableFile: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

extension Error {
  /// Whether the file did not hold what it has to.
  var isDamage: Bool {
    switch self {
    case is RowDecodingError: true
    case let error as DatabaseError:
      [.SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_IOERR].contains(error.resultCode.primaryResultCode)
    default: false
    }
  }
}

extension Row {
  /// The name in a column, which no command has stored if it is none.
  func listName(atIndex index: Int) throws -> ListName {
    guard let name = try? ListName(decode(String.self, atIndex: index)) else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a list has a name that is none")
    }
    return name
  }
  /// The number in a column that counts something, and that no command makes so large that it could not be added to.
  func count(atIndex index: Int) throws -> Int {
    let count: Int = try decode(atIndex: index)
    guard 0..<1 << 53 ~= count else { throw DatabaseError.wrongCount }
    return count
  }
}

extension DatabaseError {
  /// What is thrown where a count cannot be right, so that nothing is ever computed with it.
  static let wrongCount = DatabaseError(resultCode: .SQLITE_CORRUPT, message: "its file is damaged: a count is wrong")
}
