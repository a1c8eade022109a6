import Testing
import TodoTestSupport
import TodoStorage

@Suite("TodoApp: import") struct ImportTests {
  @Test("what was exported can be imported, in either form, by a program or by the page's form")
  func roundTrip() async throws {
    try await TestApp.with { app in
      let titles = [
        "plain", "- [x] nested", "# no heading", #""quoted" & <b>"#, "[ ] boxed", "[x] boxed", "日本語 👩‍👩‍👧", "{x}", "---",
        "```", "> quoted", "1. one", "**bold**", "\u{301}a", "[x](there)", #"\"#, "a\u{200B}",
      ]
      for title in titles { _ = try await app.store.add(Title(title), to: ListName("from")) }
      _ = try await app.post("/todos/from/2/toggle")
      _ = try await app.post("/lists/from/rename", form: "name=Shopping+%26+more")
      let json = try await app.get("/lists/from.json").text
      let markdown = try await app.get("/lists/from.md").text
      let answers = [
        try await app.post("/lists/a/import", json: json),
        try await app.post("/lists/b/import", body: markdown, type: "text/markdown; charset=utf-8"),
        try await app.post("/lists/c/import", form: "text=\(markdown.formEncoded)"),
        try await app.post("/lists/d/import", form: "text=\(json.formEncoded)"),
      ]
      #expect(answers.map(\.status) == [201, 201, 303, 303])
      #expect(answers.map { $0["location"] } == ["a", "b", "c", "d"].map { "/lists/\($0)" })
      for name in ["a", "b", "c", "d"] {
        let list = try await app.store.list(ListName(name))
        #expect(list.title == "Shopping & more")
        #expect(try await app.titles(name) == titles.map { ($0 == titles[1] ? "x " : "") + $0 })
      }
    }
  }

  @Test(
    "a list comes back with its title, also one that looks like a heading",
    arguments: ["# 1", "#1 of 2", "\u{301}a", "C #", "{x}", "```"])
  func heading(title: String) async throws {
    try await TestApp.with { app in
      _ = try await app.store.add(Title("Milk"), to: ListName("from"))
      _ = try await app.store.rename(ListName("from"), to: Title(title))
      let markdown = try await app.get("/lists/from.md").text
      _ = try await app.post("/lists/a/import", body: markdown, type: "text/markdown")
      #expect(try await app.store.list(ListName("a")).title.unicodeScalars.elementsEqual(title.unicodeScalars))
    }
  }

  @Test("an import is added at the end, and leaves the list's title")
  func appending() async throws {
    try await TestApp.with { app in
      _ = try await app.post("/todos/a", form: "newTodo=Milk")
      let text = "# Other\r\n\r\n  * [X] Bread\n+ Tea\n- [ ] Eggs\n"
      #expect(try await app.post("/lists/a/import", json: #"{"text":\#(text.debugDescription)}"#).status == 201)
      #expect(try await app.titles("a") == ["Milk", "x Bread", "Tea", "Eggs"])
      let list = try await app.store.list(ListName("a"))
      #expect(list.title == "A" && list.revision == 2)
    }
  }

  @Test(
    "what is no list is refused with its place, and nothing of it is stored",
    arguments: [
      ("text/markdown", "- [ ] Milk\n\n- \(String(repeating: "x", count: 501))", 422, "line 3: the title is too long"),
      ("text/markdown", "# \(String(repeating: "x", count: 501))\n- Milk", 422, "line 1: the title is too long"),
      ("text/markdown", "Milk\nBread", 422, "there is no todo in it: write each as a line like - [ ] Milk"),
      ("text/markdown", "-Milk\n- [ ]\n---\n**Bread**", 422, "there is no todo in it"),
      ("text/markdown", "- [ ] a\u{7}", 422, "line 1: the title holds the control character U+0007"),
      ("text/markdown", "# Only a heading", 422, "there is no todo in it"), ("text/markdown", "", 422, "there is no"),
      ("application/json", #"{"todos":[{"title":"Milk"},{"title":7}]}"#, 422, "todo 2 has no title"),
      ("application/json", #"{"todos":[{"title":"Milk","completed":1}]}"#, 422, "completed of todo 1"),
      ("application/json", #"{"todos":"Milk"}"#, 422, "todos is not an array"),
      (
        "application/json", #"{"todos":[{"title":"Milk"}\#(String(repeating: ",0", count: 5_000))]}"#, 422,
        "the list is full"
      ),
      ("text/markdown", String(repeating: "- a\n", count: 5_001), 422, "the list is full: it holds 5000 todos"),
      (
        "application/json", #"{"todos":[0\#(String(repeating: ",0", count: 170_000))]}"#, 400,
        "this cannot be read as JSON"
      ),
      ("application/json", #"{"todos":[]}"#, 422, "there is no todo in it"),
      ("application/json", "{", 400, "this cannot be read as JSON"),
      ("application/json", #"{"title":" ","todos":[{"title":"Milk"}]}"#, 422, "title: the title is blank"),
      ("application/json", "{}", 422, "text is missing"),
      ("application/x-www-form-urlencoded", "text=%7B%22todos%22", 422, "this cannot be read as JSON"),
      ("text/plain", "- Milk", 415, "a body of the type text/plain is not read: send text/markdown, application/json"),
    ] as [(String, String, Int, String)])
  func refused(type: String, body: String, status: Int, reason: String) async throws {
    try await TestApp.with { app in
      let response = try await app.post("/lists/a/import", body: body, type: type)
      #expect(response.status == status && response.text.hasPrefix(reason), "\(response.text)")
      #expect(try await app.store.lists().lists.isEmpty)
    }
  }

  @Test("a byte order mark before either form is passed over")
  func byteOrderMark() async throws {
    try await TestApp.with { app in
      let json = "\u{FEFF}" + #"{"todos":[{"title":"Milk"}]}"#
      for body in [json, "\u{FEFF}- Milk", "\u{FEFF}\n \(json.dropFirst())"] {
        let response = try await app.post("/lists/a/import", form: "text=\(body.formEncoded)")
        #expect(response.status == 303)
      }
      #expect(try await app.post("/lists/a/import", json: json).status == 201)
      #expect(try await app.post("/lists/a/import", body: "\u{FEFF}# B\n- Milk", type: "text/markdown").status == 201)
      #expect(try await app.titles("a") == Array(repeating: "Milk", count: 5))
    }
  }

  @Test("how many lines were passed over is told to the page and to a form, and a program gets its 201")
  func skippedLines() async throws {
    try await TestApp.with { app in
      let text = "Shopping\n- Milk\n---\n- \n"
      let json = #"{"text":\#(text.debugDescription)}"#
      let toPage = try await app.post("/lists/a/import", json: json, headers: ["Datastar-Request": "true"])
      #expect(toPage.status == 200 && toPage["content-type"] == "text/event-stream")
      #expect(toPage.text.contains(#"id="notice" role="alert""#))
      #expect(toPage.text.contains("3 lines were no items of a list and were skipped"))
      let toForm = try await app.post("/lists/a/import", form: "text=\(text.formEncoded)")
      #expect(toForm.status == 303 && toForm["location"] == "/lists/a?skipped=3")
      let toProgram = try await app.post("/lists/a/import", json: json)
      #expect(toProgram.status == 201 && toProgram.body.isEmpty && toProgram["location"] == "/lists/a")
      let nothing = try await app.post(
        "/lists/a/import", json: #"{"text":"- Tea"}"#, headers: ["Datastar-Request": "true"])
      #expect(nothing.status == 201 && nothing.body.isEmpty)
      #expect(try await app.titles("a") == ["Milk", "Milk", "Milk", "Tea"])
    }
  }

  @Test("Markdown that is not UTF-8 is refused")
  func notUTF8() async throws {
    try await RunningApp.with(loops: 1) { app in
      let client = try ClientConnection(to: app.address)
      let head =
        "POST /lists/a/import HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/markdown\r\nContent-Length: 4\r\n\r\n"
      try await client.send(Array(head.utf8) + Array("- ".utf8) + [0xFF, 0xFE])
      #expect(try await client.readResponse().status == 400)
    }
  }
}
