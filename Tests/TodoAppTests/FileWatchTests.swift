import Foundation
import Testing
import TodoTestSupport

@testable import TodoApp

@Suite("FileWatch: templates that change") struct FileWatchTests {
  private let root = FileManager.default.temporaryDirectory.appending(path: "watched-\(UUID())")

  /// Runs `body` against an application that watches a copy of the project's own files.
  private func withApp(_ body: (RunningApp) async throws -> Void) async throws {
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: root) }
    for folder in ["Templates", "Public"] {
      let copy = root.appending(path: folder).path
      try FileManager.default.copyItem(atPath: "\(TestApp.root)/\(folder)", toPath: copy)
    }
    let configure: (inout AppConfiguration) -> Void = { [root] configuration in
      configuration.root = root.path
      configuration.watchesFiles = true
    }
    try await RunningApp.with(loops: 1, configure: configure) { app in
      _ = try await app.post("/todos/a", form: "newTodo=milk")
      try await body(app)
    }
  }

  private func heading(_ text: String) throws {
    let heading = #"<h1 id="title" dir="auto">\#(text)</h1>"#
    try Data(heading.utf8).write(to: root.appending(path: "Templates/list/heading.html"), options: .atomic)
  }

  /// Asks as the page does, until the answer is another one.
  private func change(_ app: RunningApp, after before: String) async throws -> String {
    var now = before
    while now == before { now = try await app.get("/watch").text }
    return now
  }

  @Test("pages, and the states that streams are sent, are by the new templates from then on")
  func newTemplates() async throws {
    try await withApp { app in
      let before = try await app.get("/watch").text
      #expect(try await app.get("/lists/a").text.contains(">A</h1>"))
      // Holds the topic, with what has been sent on it.
      let early = try await app.subscribe("a")
      #expect(try await early.next()?.data.contains(">A</h1>") == true)
      try heading("List {{title}}")
      let after = try await change(app, after: before)
      #expect(after.contains(#""error":null"#))
      let page = try await app.get("/lists/a").text
      #expect(page.contains(">List A</h1>"))
      let late = try await app.subscribe("a")
      #expect(try await late.next()?.data.contains(">List A</h1>") == true)
    }
  }

  @Test("a template that cannot be used is said by file and line, and those before it stay in use")
  func broken() async throws {
    try await withApp { app in
      let first = try await app.get("/watch").text
      try heading("\n{{tilte}}")
      let broken = try await change(app, after: first)
      #expect(broken.contains(#""error":"list/heading.html:2: there is no name \"tilte\" here"#))
      #expect(try await app.get("/lists/a").text.contains(">A</h1>"))
      try heading("Mended {{title}}")
      #expect(try await change(app, after: broken).contains(#""error":null"#))
      #expect(try await app.get("/lists/a").text.contains(">Mended A</h1>"))
    }
  }

  @Test("pages know their edition by the files that they are made of, and not by what editors put beside them")
  func editions() async throws {
    try await withApp { _ in
      let first = PageEdition(root: root.path, server: "1")
      for path in ["Templates/.list.html.swp", "Templates/list.html~", "Public/#app.css#"] {
        try Data("a".utf8).write(to: root.appending(path: path))
      }
      #expect(PageEdition(root: root.path, server: "1") == first)
      #expect(PageEdition(root: root.path, server: "2").page != first.page)
      try Data("a".utf8).write(to: root.appending(path: "Public/app.css"))
      let styled = PageEdition(root: root.path, server: "1")
      #expect(styled.page == first.page && styled.styles != first.styles)
      try Data("a".utf8).write(to: root.appending(path: "Public/todos.js"))
      #expect(PageEdition(root: root.path, server: "1").page != first.page)
    }
  }

  @Test("nothing of it is there unless it is asked for")
  func off() async throws {
    try await RunningApp.with(loops: 1) { app in
      let answer = try await app.get("/watch")
      #expect(answer.status == 404)
      for page in ["/", "/lists/a"] {
        let html = try await app.get(page).text
        #expect(!html.contains("watch.js"))
      }
    }
  }
}
