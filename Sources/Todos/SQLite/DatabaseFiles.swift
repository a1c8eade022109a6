import Foundation

/// The files that SQLite has opened: the database and its log.
///
/// SQLite goes on writing to files that have been deleted or replaced under it, where no later start finds what was
/// written. Whoever promises that a change is stored has to look first.
struct DatabaseFiles: Sendable {
  private let path: String
  private let identities: [Identity]

  private struct Identity: Equatable, Sendable {
    let device: UInt64
    let number: UInt64
  }

  private static let suffixes = ["", "-wal"]

  /// Notes which files stand at `path` now, when they are known to be open.
  init(path: String) throws(TodosError) {
    // Absolute, because nothing keeps a program from changing its folder.
    self.path = URL(filePath: path).path
    identities = try Self.found(at: self.path)
  }

  /// Checks that the same files are still there.
  ///
  /// - Throws: ``TodosError/unavailable(reason:fault:)``.
  func check() throws(TodosError) {
    guard try Self.found(at: path) == identities else {
      throw .unavailable(reason: "another file has taken the place of the one that was opened", fault: .gone)
    }
  }

  private static func found(at path: String) throws(TodosError) -> [Identity] {
    var identities: [Identity] = []
    for suffix in suffixes {
      var status = stat()
      guard stat(path + suffix, &status) == 0 else {
        throw .unavailable(reason: "its file has gone: \(String(cString: strerror(errno)))", fault: .gone)
      }
      // SQLite deletes the log of an empty file.
      guard suffix == "-wal" || status.st_size > 0 else {
        throw .unavailable(reason: "its file has been emptied", fault: .gone)
      }
      identities.append(Identity(device: UInt64(status.st_dev), number: UInt64(status.st_ino)))
    }
    return identities
  }
}
