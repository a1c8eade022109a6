import Foundation

/// Whose a database's files are. A file that root puts in a service's folder is the service's to write.
enum FileOwner {
  /// Makes an empty file that nobody else may read, unless it is there: SQLite gives the same mode to its log.
  static func make(_ path: String) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if descriptor >= 0 { close(descriptor) }
  }

  /// Gives a file to the owner of the one whose place it is to take, or of the folder where there is none.
  static func give(_ path: String, asFor other: String) throws(BackupError) {
    var status = stat()
    if stat(other, &status) != 0 { stat(URL(filePath: other).deletingLastPathComponent().path, &status) }
    guard geteuid() == 0, chown(path, status.st_uid, status.st_gid) != 0 else { return }
    throw BackupError("cannot give \(path) to uid \(status.st_uid): \(String(cString: strerror(errno)))")
  }
}
