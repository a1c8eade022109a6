import Foundation
import Testing

/// A conformance case on disk: a folder with `input.json` and `output.txt`.
struct ConformanceCaseFiles: CustomTestStringConvertible {
  let testDescription: String
  let method: String
  let input: [UInt8]
  let output: [UInt8]

  /// The cases of this project, which are in the repository.
  static let own = cases(in: URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases"))

  /// The cases of Datastar's SDK test suite; none where no `shared/datastar-sdk-tests` is beside the package.
  static let official: [ConformanceCaseFiles] = {
    var folder = URL(filePath: #filePath).deletingLastPathComponent()
    while folder.path != "/" {
      folder.deleteLastPathComponent()
      let found = cases(in: folder.appending(path: "shared/datastar-sdk-tests"))
      if !found.isEmpty { return found }
    }
    return []
  }()

  private static func cases(in folder: URL) -> [ConformanceCaseFiles] {
    ["get", "post"].flatMap { method -> [ConformanceCaseFiles] in
      let names = try? FileManager.default.contentsOfDirectory(atPath: folder.appending(path: method).path)
      return (names ?? []).sorted().compactMap { name in
        let path = folder.appending(path: method).appending(path: name)
        guard let input = try? Data(contentsOf: path.appending(path: "input.json")),
          let output = try? Data(contentsOf: path.appending(path: "output.txt"))
        else { return nil }
        return ConformanceCaseFiles(
          testDescription: "\(method)/\(name)", method: method, input: Array(input), output: Array(output))
      }
    }
  }
}
