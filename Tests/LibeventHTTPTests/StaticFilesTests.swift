import Foundation
import LibeventHTTP
import Testing

@Suite("StaticFiles: what is below the folder") struct StaticFilesTests {
  @Test("neither a file nor a folder that is a link leads out of it, and the folder itself may be a link")
  func links() throws {
    let files = FileManager.default
    let root = files.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? files.removeItem(at: root) }
    for folder in ["real/inside", "outside", "real-too"] {
      try files.createDirectory(at: root.appending(path: folder), withIntermediateDirectories: true)
    }
    for file in ["real/a.txt", "real/inside/b.txt", "outside/secret.txt", "real-too/secret.txt"] {
      try Data("text".utf8).write(to: root.appending(path: file))
    }
    let links = [
      "public": "real", "real/folder": "../outside", "real/sibling": "../real-too",
      "real/file.txt": "../outside/secret.txt",
      "real/inner": "inside", "real/loop": "loop", "real/gone": "nowhere",
    ]
    for (link, target) in links {
      try files.createSymbolicLink(atPath: root.appending(path: link).path, withDestinationPath: target)
    }
    let served = StaticFiles(directory: root.path + "/public")
    for path in ["a.txt", "inside/b.txt", "inner/b.txt"] { #expect(served.has(path), "\(path)") }
    for path in [
      "folder/secret.txt", "sibling/secret.txt", "file.txt", "loop", "loop/a.txt", "gone", "../outside/secret.txt",
      "inside",
    ] { #expect(!served.has(path), "\(path)") }
  }
}
