/// Where lists are kept.
public enum StoreLocation: Sendable, CustomStringConvertible {
  /// An SQLite file.
  case file(String)
  #if PostgreSQL
    /// A database of a PostgreSQL.
    case postgreSQL(PostgreSQLAddress)
  #endif

  /// The file, wherever a link to it leads, or the address without its password.
  public var description: String {
    switch self {
    case .file(let path): PlainFile.resolved(path)
    #if PostgreSQL
      case .postgreSQL(let address): address.description
    #endif
    }
  }
}

/// Carries all lists from one store to another, of the same kind or not.
public enum StoreCopy {
  /// What was copied.
  public struct Result: Sendable {
    /// How much there is.
    public let contents: DatabaseContents
    /// A digest of all rows, the same for both stores.
    public let digest: String
  }

  /// So many rows are read and written at once.
  private static let batch = 500

  /// Copies everything that is stored: lists, unlisted and deleted ones among them, and todos with their ids, places and
  /// revisions, what can be undone, the keys of commands.
  ///
  /// No server may use either meanwhile, which is looked at as far as it can be told. What has been written is read
  /// again before it is committed, and compared with what it was read from.
  ///
  /// - Parameter target: has to be empty; a file is made if it is missing.
  /// - Throws: ``BackupError``; nothing is in the target then, nor is there a file that was not there before.
  public static func make(from source: StoreLocation, to target: StoreLocation) throws(BackupError) -> Result {
    guard "\(source)" != "\(target)" else { throw BackupError("\(source) cannot be copied to itself") }
    do {
      let source = try source.openForReading()
      let target = try target.openForWriting()
      return try target.write { written in
        guard try written.isEmpty() else { throw BackupError.notEmpty(target.location) }
        let digest = try source.read { try copy($0, to: written) }
        guard try Self.digest(of: written) == digest else {
          throw BackupError(
            "what was written to \(target.location) is not what was read from \(source.location): nothing is copied")
        }
        return Result(contents: try written.contents(), digest: digest.text)
      }
    } catch let error as BackupError {
      throw error
    } catch {
      throw BackupError("\(error)")
    }
  }

  private static func copy(_ source: any CopiedRows, to target: any CopiedRows) throws -> CopyDigest {
    let digest = try forEachBatch(in: source) { rows, table in try target.insert(rows, into: table) }
    if let counters = digest.counters { try target.set(counters) }
    return digest
  }

  private static func digest(of store: any CopiedRows) throws -> CopyDigest { try forEachBatch(in: store) { _, _ in } }

  /// Reads everything in one order for all stores.
  private static func forEachBatch(
    in store: any CopiedRows, _ body: ([[CopiedValue]], CopiedTable) throws -> Void
  ) throws -> CopyDigest {
    var digest = CopyDigest()
    for table in CopiedTable.all {
      digest.beginTable()
      var last = table.start
      while case let rows = try store.rows(of: table, after: last, limit: batch), let next = rows.last?.first {
        for row in rows { digest.add(row) }
        try body(rows, table)
        last = next
      }
    }
    digest.add(try store.counters())
    return digest
  }
}

/// A store that is copied from or to.
protocol CopyEnd {
  /// What it is called, without what is secret.
  var location: String { get }
  /// Has `body` read one moment of the store.
  func read<Value>(_ body: (any CopiedRows) throws -> Value) throws -> Value
  /// Has `body` write in one transaction, which is undone where it throws.
  func write<Value>(_ body: (any CopiedRows) throws -> Value) throws -> Value
}

/// The rows of a store, within a transaction.
protocol CopiedRows {
  /// The next rows of a table in the order of its key.
  func rows(of table: CopiedTable, after key: CopiedValue, limit: Int) throws -> [[CopiedValue]]
  func insert(_ rows: [[CopiedValue]], into table: CopiedTable) throws
  func counters() throws -> CopiedCounters
  func set(_ counters: CopiedCounters) throws
  /// How many lists and todos there are.
  func contents() throws -> DatabaseContents
}

extension BackupError {
  static func notEmpty(_ location: String) -> BackupError {
    BackupError("\(location) has lists in it already: name an empty database, or one to be made")
  }
}

extension CopiedRows {
  func isEmpty() throws -> Bool {
    try CopiedTable.all.allSatisfy { try rows(of: $0, after: $0.start, limit: 1).isEmpty }
  }
}

extension StoreLocation {
  fileprivate func openForReading() throws -> any CopyEnd {
    switch self {
    case .file(let path): try SQLiteCopyEnd(reading: path)
    #if PostgreSQL
      case .postgreSQL(let address): try PostgreSQLCopyEnd(reading: address)
    #endif
    }
  }

  fileprivate func openForWriting() throws -> any CopyEnd {
    switch self {
    case .file(let path): try SQLiteCopyEnd(writing: path)
    #if PostgreSQL
      case .postgreSQL(let address): try PostgreSQLCopyEnd(writing: address)
    #endif
    }
  }
}
