import Foundation

/// Whose a database's files are to be. A file that root puts in a service's folder is the service's to write.
struct FileOwner {
  private let user: uid_t
  private let group: gid_t

  /// The owner of a database, or of its folder where there is none.
  ///
  /// - Throws: ``BackupError`` where this process cannot give a file to that owner.
  init(of path: String) throws(BackupError) {
    var status = stat()
    let isThere = try PlainFile.isThere(path)
    stat(isThere ? path : URL(filePath: path).deletingLastPathComponent().path, &status)
    (user, group) = (status.st_uid, status.st_gid)
    guard isThere, geteuid() != 0, geteuid() != user else { return }
    throw BackupError(
      "\(path) belongs to uid \(user), and this process runs as uid \(geteuid()): run it as that, or as root")
  }

  /// Gives it a file.
  func own(_ path: String) throws(BackupError) {
    guard geteuid() == 0, chown(path, user, group) != 0 else { return }
    throw BackupError("cannot give \(path) to uid \(user): \(OpeningObstacle.systemReason)")
  }

  /// Makes an empty file that nobody else may read, unless it is there: SQLite gives the same mode to its log.
  static func make(_ path: String) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if descriptor >= 0 { close(descriptor) }
  }
}
