import Foundation
import Testing

@testable import TodoStorage

@Suite("FileMoves: all together or not at all")
struct FileMovesTests {
  @Test("where one of them fails, those before it are taken back")
  func failure() throws {
    let store = try TemporaryStore()
    let path = { (name: String) in store.folder.appending(path: name).path }
    try Data("first".utf8).write(to: URL(filePath: path("a")))
    let error = #expect(throws: BackupError.self) {
      try FileMoves([(path("a"), path("b")), (path("missing"), path("c"))]).carryOut()
    }
    #expect(error?.description == "cannot move \(path("missing")) to \(path("c")): no such file or directory")
    #expect(try String(contentsOfFile: path("a"), encoding: .utf8) == "first")
    #expect(!PlainFile.isTaken(path("b")))
  }
}
