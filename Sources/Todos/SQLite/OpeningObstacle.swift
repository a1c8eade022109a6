import Foundation

/// What keeps a database from being opened or written, found by looking at its files: SQLite says that it cannot, and
/// neither which of them it is nor whose.
enum OpeningObstacle {
  /// Less room than a first commit takes.
  private static let leastRoom = 128 * 1024

  /// Returns what is in the way of a database at `path`, and what to do; nil where nothing is seen.
  static func found(at path: String) -> String? {
    let folder = URL(filePath: path).deletingLastPathComponent().path
    guard access(folder, F_OK) == 0 else { return "\(folder) \(systemReason): make the folder, or name another file" }
    for file in [folder] + ["", "-wal", "-shm"].map({ path + $0 }) where access(file, F_OK) == 0 {
      let wanted = R_OK | W_OK | (file == folder ? X_OK : 0)
      if access(file, wanted) != 0 { return refusal(of: file) }
    }
    guard let room = room(in: folder), room < leastRoom else { return nil }
    return "the disk of \(folder) is full: make room there"
  }

  /// Says why a file may not be written, as `access` has just found.
  private static func refusal(of file: String) -> String {
    let (code, reason) = (errno, systemReason)
    var status = stat()
    guard code == EACCES, stat(file, &status) == 0 else { return "\(file) cannot be written: \(reason)" }
    return "\(file) belongs to \(user(status.st_uid)) with mode \(String(status.st_mode & 0o7777, radix: 8)), and this "
      + "process runs as \(user(geteuid())): give it the file (chown), or the right to write it (chmod)"
  }

  /// What the last call of the system has failed with.
  static var systemReason: String { String(cString: strerror(errno)).lowercased() }

  private static func user(_ id: uid_t) -> String {
    let name = getpwuid(id).map { " (\(String(cString: $0.pointee.pw_name)))" } ?? ""
    return "uid \(id)\(name)"
  }

  /// The bytes that this process may still write.
  static func room(in folder: String) -> Int? {
    var status = statvfs()
    guard statvfs(folder, &status) == 0 else { return nil }
    return Int(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
  }
}
