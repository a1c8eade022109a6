import Testing
import TodoTestSupport
import TodoStorage

@Suite("TodoApp: the largest list") struct LargestListTests {
  /// As many todos as a list takes, of as many bytes together, each of which is two in JSON and six in a form of that.
  private func fill(_ list: String, of app: some AppUnderTest) async throws {
    let limits = app.store.limits
    let (length, rest) = limits.titleBytesPerList.quotientAndRemainder(dividingBy: limits.todosPerList)
    let todos = try (0..<limits.todosPerList).map { number in
      let title = try Title(String(repeating: "\"", count: number < rest ? length + 1 : length))
      return NewTodo(title, isCompleted: number % 2 == 1)
    }
    _ = try await app.store.add(todos, to: ListName(list))
  }

  /// A fiftieth of what a list takes, so that the test is not a slow one; `Tests/Faults/test_imports.py` takes all of it.
  private var limits: TodoLimits {
    var limits = TodoLimits()
    (limits.todosPerList, limits.titleBytesPerList) = (100, 20_971)
    return limits
  }

  @Test("it comes back from either export, as a body, as a signal and as a form's field")
  func roundTrip() async throws {
    try await TestApp.with(limits: limits) { app in
      try await fill("from", of: app)
      let json = try await app.get("/lists/from.json").text
      let markdown = try await app.get("/lists/from.md").text
      let answers = [
        try await app.post("/lists/a/import", body: markdown, type: "text/markdown"),
        try await app.post("/lists/b/import", json: json),
        try await app.post("/lists/c/import", json: #"{"text":"\#(markdown.jsonEscaped)"}"#),
        try await app.post("/lists/d/import", json: #"{"text":"\#(json.jsonEscaped)"}"#),
        try await app.post("/lists/e/import", form: "text=\(markdown.formEncoded)"),
        try await app.post("/lists/f/import", form: "text=\(json.formEncoded)"),
      ]
      #expect(answers.map(\.status) == [201, 201, 201, 201, 303, 303])
      let from = try await app.titles("from")
      for name in ["a", "b", "c", "d", "e", "f"] {
        let isSame = try await app.titles(name) == from
        #expect(isSame, "list \(name)")
      }
      let more = try await app.post("/todos/a", json: #"{"newTodo":"x"}"#)
      let reason = "the list is full: it holds 100 todos; delete some first, or begin another list\n"
      #expect(more.status == 422 && more.text == reason)
    }
  }

  @Test("a body beyond the largest export is 413, and no other command takes one of that size")
  func tooLarge() async throws {
    try await RunningApp.with(loops: 1) { app in
      // Six bytes for each of the titles', and what stands around them.
      let limit = 6 * (1_048_576 + 2_000) + 256 * 5_000 + 1_024
      for (path, size) in [("/lists/a/import", limit + 1), ("/lists/a/rename", 65_537), ("/todos/a", limit)] {
        let client = try ClientConnection(to: app.address)
        try await client.request("POST", path, headers: ["Expect": "100-continue", "Content-Length": "\(size)"])
        let answer = try await client.readResponse()
        #expect(answer.status == 413, "\(path)")
      }
      let client = try ClientConnection(to: app.address)
      try await client.request(
        "POST", "/lists/a/import", headers: ["Expect": "100-continue", "Content-Length": "\(limit)"])
      #expect(try await client.readHead().status == 100)
    }
  }
}

extension String {
  fileprivate var jsonEscaped: String {
    replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}
