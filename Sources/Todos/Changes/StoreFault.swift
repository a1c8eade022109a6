import GRDB

/// Why a store cannot be used, in a word for those who watch it.
public enum StoreFault: String, Sendable, CaseIterable {
  /// The disk has no room.
  case full
  /// Another program holds the database.
  case locked
  /// The file may not be written.
  case readOnly = "readonly"
  /// The file has gone, has been emptied or is another one.
  case gone
  /// The file does not hold what it has to.
  case damaged
  /// The disk failed.
  case io
  /// Anything else.
  case other

  init(_ error: DatabaseError) {
    self =
      switch error.resultCode.primaryResultCode {
      case .SQLITE_FULL: .full
      case .SQLITE_BUSY, .SQLITE_LOCKED: .locked
      case .SQLITE_READONLY, .SQLITE_PERM: .readOnly
      case .SQLITE_CANTOPEN: .gone
      case .SQLITE_CORRUPT, .SQLITE_NOTADB: .damaged
      case .SQLITE_IOERR: .io
      default: .other
      }
  }
}
