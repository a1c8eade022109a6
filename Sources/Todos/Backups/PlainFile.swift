import Foundation

/// Files by their paths, as they are met before SQLite looks at them.
enum PlainFile {
  /// Where a file is or is going to be, with all links followed: SQLite keeps its log beside the file itself.
  static func resolved(_ path: String) -> String {
    var path = URL(filePath: path).path
    for _ in 0..<8 {
      if let real = realpath(path, nil) {
        defer { free(real) }
        return String(cString: real)
      }
      // A link to what is not there yet.
      guard let next = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else { break }
      path = URL(filePath: next, relativeTo: URL(filePath: path).deletingLastPathComponent()).path
    }
    return path
  }

  /// Whether a file is there.
  ///
  /// - Throws: ``BackupError`` for what is no file: a folder, a pipe or a device.
  static func isThere(_ path: String) throws(BackupError) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else { return false }
    guard status.st_mode & S_IFMT == S_IFREG else { throw BackupError("\(path) is no file: name a database") }
    return true
  }

  /// How many bytes a file takes; 0 where it is not there.
  static func size(_ path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
  }

  /// Whether anything goes by a name.
  static func isTaken(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  /// The first of some names that nothing goes by, nor its log: the path, or the path and a number.
  static func unused(_ path: String) -> String {
    var (name, number) = (path, 1)
    while isTaken(name) || isTaken(name + "-wal") {
      number += 1
      name = "\(path)-\(number)"
    }
    return name
  }

  /// Why a file cannot be read by this process, and what to do; nil where it can.
  static func obstacle(toReading path: String) -> String? {
    guard access(path, R_OK) != 0 else { return nil }
    return "\(OpeningObstacle.systemReason): run this as root, or as the file's owner"
  }
}

/// Files that are moved all together or not at all.
struct FileMoves {
  private let moves: [(from: String, to: String)]

  init(_ moves: [(String, String)]) { self.moves = moves.map { (from: $0, to: $1) } }

  /// - Throws: ``BackupError``; all files are where they were.
  func carryOut() throws(BackupError) {
    for (index, move) in moves.enumerated() where rename(move.from, move.to) != 0 {
      let reason = OpeningObstacle.systemReason
      for done in moves[..<index].reversed() { rename(done.to, done.from) }
      throw BackupError("cannot move \(move.from) to \(move.to): \(reason)")
    }
  }
}
