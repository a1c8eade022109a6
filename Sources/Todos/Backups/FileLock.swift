import Foundation

/// The locks that SQLite holds on a database for as long as it is open.
enum FileLock {
  /// - Throws: ``BackupError`` where a process has a database open, or where that cannot be told.
  static func checkThatNobodyHas(_ path: String) throws(BackupError) {
    guard try PlainFile.isThere(path) else { return }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw BackupError("cannot tell whether a server has \(path) open: \(PlainFile.obstacle(toReading: path) ?? "")")
    }
    defer { close(descriptor) }
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    guard fcntl(descriptor, F_GETLK, &lock) == 0, lock.l_type != Int16(F_UNLCK) else { return }
    throw BackupError(
      "process \(lock.l_pid) has \(path) open: stop every server first, and start them afterwards")
  }
}
