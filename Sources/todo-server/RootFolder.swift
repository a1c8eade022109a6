import Foundation

/// Finds the folder that holds `Templates/` and `Public/`.
enum RootFolder {
  /// Looks from the current folder upward, then from the program's own: so it is found for `swift run`, for the program
  /// in `.build`, and for one that was installed beside its files.
  static func found() throws(SettingsError) -> String {
    // Whoever starts a program may give it no name.
    let program = Bundle.main.executableURL ?? CommandLine.arguments.first.map { URL(filePath: $0) }
    let starts = [
      URL(filePath: FileManager.default.currentDirectoryPath),
      program?.resolvingSymlinksInPath().deletingLastPathComponent(),
    ].compactMap(\.self)
    for start in starts {
      if let folder = folders(from: start).first(where: isRoot) { return folder.path }
    }
    throw SettingsError(
      "there is no folder with Templates/list.html at or above \(starts.map(\.path).joined(separator: " or ")); "
        + "name it with --root")
  }

  /// Takes a folder that was named.
  static func checked(_ path: String) throws(SettingsError) -> String {
    guard isRoot(URL(filePath: path)) else {
      throw SettingsError("--root \(path) has no Templates/list.html in it")
    }
    return path
  }

  private static func folders(from start: URL) -> [URL] {
    let parts = start.standardizedFileURL.pathComponents
    return parts.indices.reversed().map { URL(filePath: NSString.path(withComponents: Array(parts[0...$0]))) }
  }

  /// Looks for a file of ours: many a home has folders called Templates and Public.
  private static func isRoot(_ folder: URL) -> Bool {
    FileManager.default.fileExists(atPath: folder.appending(path: "Templates/list.html").path)
  }
}
