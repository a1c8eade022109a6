import Foundation
import HTMLTemplate
import Testing

@Suite("Templates: reading a folder") final class TemplatesDirectoryTests: Sendable {
  private struct Empty: TemplateView {
    static let fields = Fields<Empty>()
  }

  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "templates-\(UUID())")
    try FileManager.default.createDirectory(at: folder.appending(path: "todos"), withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func write(_ text: String, to path: String) throws {
    try Data(text.utf8).write(to: folder.appending(path: path))
  }

  @Test("templates are named by their path, and other files are passed over")
  func names() throws {
    try write("<main>{{> todos/row}}</main>", to: "page.html")
    try write("row", to: "todos/row.html")
    try write("{{#", to: "notes.txt")
    let html = try Templates(directory: folder.path).bind("page", to: Empty.self).render(Empty())
    #expect(html == HTML(trusted: "<main>row</main>"))
  }

  @Test("what editors put beside an open file is passed over")
  func hidden() throws {
    try write("page", to: "page.html")
    // Emacs' lock leads nowhere.
    let lock = folder.appending(path: "todos/.#row.html")
    try FileManager.default.createSymbolicLink(at: lock, withDestinationURL: folder.appending(path: "nowhere"))
    let html = try Templates(directory: folder.path).bind("page", to: Empty.self).render(Empty())
    #expect(html == HTML(trusted: "page"))
  }

  @Test("a folder that is missing is named")
  func missing() {
    let error = #expect(throws: TemplateError.self) { try Templates(directory: "/nowhere/Templates") }
    #expect(error?.description == "/nowhere/Templates: the folder of templates is missing")
  }

  @Test("a file that is not UTF-8 is named")
  func notUTF8() throws {
    try Data([0x61, 0xFF]).write(to: folder.appending(path: "bad.html"))
    let error = #expect(throws: TemplateError.self) { try Templates(directory: folder.path) }
    #expect(error?.description == "bad.html: the file is not UTF-8: save it as that")
  }

  @Test("a file that cannot be read is named, with the reason")
  func unreadable() throws {
    let file = folder.appending(path: "bad.html")
    try FileManager.default.createSymbolicLink(at: file, withDestinationURL: folder.appending(path: "nowhere"))
    let missing = #expect(throws: TemplateError.self) { try Templates(directory: folder.path) }
    #expect(missing?.description == "bad.html: the file cannot be read: No such file or directory")
    try FileManager.default.removeItem(at: file)
    try FileManager.default.createDirectory(at: file, withIntermediateDirectories: false)
    let other = #expect(throws: TemplateError.self) { try Templates(directory: folder.path) }
    #expect(other?.description == "bad.html: the file cannot be read: Is a directory")
  }
}
