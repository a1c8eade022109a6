import Testing
import TodoTestSupport

@Suite("TodoApp: commands that are sent again") struct RepeatedCommandTests {
  private let key = ["Idempotency-Key": "Aa0_-"]

  @Test("an add with the same key is answered alike, and one todo is there")
  func adding() async throws {
    try await TestApp.with { app in
      for _ in 0..<2 {
        let response = try await app.post("/todos/a", json: #"{"newTodo":"Milk"}"#, headers: key)
        #expect(response.status == 201 && response["location"] == "/lists/a#todo-1")
      }
      #expect(try await app.titles("a") == ["Milk"])
      _ = try await app.post("/todos/a", json: #"{"newTodo":"Milk"}"#)
      #expect(try await app.titles("a") == ["Milk", "Milk"])
    }
  }

  @Test("every other command is answered alike the second time, and done once")
  func allCommands() async throws {
    try await TestApp.with { app in
      for title in ["1", "2", "3"] { _ = try await app.post("/todos/a", json: #"{"newTodo":"\#(title)"}"#) }
      let steps: [(path: String, json: String, status: Int, titles: [String])] = [
        ("/todos/a/1/toggle", "{}", 204, ["x 1", "2", "3"]),
        ("/todos/a/toggle-all", "{}", 204, ["x 1", "x 2", "x 3"]),
        ("/todos/a/2/toggle", "{}", 204, ["x 1", "2", "x 3"]),
        ("/todos/a/clear-completed", "{}", 204, ["2"]),
        ("/undo/1", "{}", 204, ["x 1", "2", "x 3"]),
        ("/todos/a/3/delete", "{}", 204, ["x 1", "2"]),
        ("/todos/a/1/edit", #"{"title":" "}"#, 204, ["2"]),
        ("/lists/a/import", #"{"text":"- 4\n- 5"}"#, 201, ["2", "4", "5"]),
        ("/lists/a/delete", "{}", 204, []),
      ]
      for (number, step) in steps.enumerated() {
        for _ in 0..<2 {
          let response = try await app.post(step.path, json: step.json, headers: ["Idempotency-Key": "\(number)"])
          #expect(response.status == step.status, "\(step.path)")
          #expect(try await app.titles("a") == step.titles, "\(step.path)")
        }
      }
    }
  }

  @Test("an edit, a move, a new list and a new title that are sent again do not undo what came after them")
  func overtaken() async throws {
    try await TestApp.with { app in
      for title in ["1", "2"] { _ = try await app.post("/todos/a", json: #"{"newTodo":"\#(title)"}"#) }
      let pairs: [(path: String, first: String, later: String)] = [
        ("/todos/a/1/edit", #"{"title":"lost"}"#, #"{"title":"kept"}"#),
        ("/todos/a/2/move", #"{"after":null}"#, #"{"after":1}"#),
        ("/lists/a/rename", #"{"name":"Lost"}"#, #"{"name":"Kept"}"#),
      ]
      for (number, pair) in pairs.enumerated() {
        let key = ["Idempotency-Key": "first-\(number)"]
        _ = try await app.post(pair.path, json: pair.first, headers: key)
        _ = try await app.post(pair.path, json: pair.later)
        let again = try await app.post(pair.path, json: pair.first, headers: key)
        #expect(again.status == 204)
      }
      let list = try await app.store.list(.init("a"))
      #expect(list.title == "Kept" && list.todos.map(\.title) == ["kept", "2"])
      _ = try await app.post("/lists", json: #"{"newList":"B"}"#, headers: key)
      _ = try await app.post("/lists/b/delete")
      let made = try await app.post("/lists", json: #"{"newList":"B"}"#, headers: key)
      #expect(made.status == 201 && made["location"] == "/lists/b")
      #expect(try await app.store.lists().lists.map(\.name.text) == ["a"])
    }
  }

  @Test("a key belongs to its path and body: with others it is a 422 with one line, and nothing changes")
  func otherCommand() async throws {
    try await TestApp.with { app in
      let key = ["Idempotency-Key": "one"]
      _ = try await app.post("/todos/a", json: #"{"newTodo":"Milk"}"#, headers: key)
      _ = try await app.post("/todos/a/1/delete")
      let others = [
        ("/undo/1", "{}"), ("/todos/a", #"{"newTodo":"Tea"}"#), ("/todos/b", #"{"newTodo":"Milk"}"#),
        ("/todos/a", #"{"newTodo": "Milk"}"#), ("/lists", #"{"newTodo":"Milk","newList":"B"}"#),
      ]
      for (path, json) in others {
        let response = try await app.post(path, json: json, headers: key)
        #expect(response.status == 422, "\(path)")
        #expect(response.text == "this command's key has been used for another command: make a new one for each\n")
      }
      let shown = try await app.post(
        "/todos/a", json: "{\"newTodo\":\"Tea\"}", headers: key.merging(["Datastar-Request": "true"]) { $1 })
      #expect(shown.status == 200 && shown.text.contains("key has been used"))
      #expect(try await app.get("/lists/a?undo=1").text.contains(#"action="/undo/1""#))
      #expect(try await app.store.lists().revision == 2)
      let again = try await app.post("/todos/a", json: #"{"newTodo":"Milk"}"#, headers: key)
      #expect(again.status == 201 && again["location"] == "/lists/a#todo-1")
    }
  }

  @Test("a form that deletes a list with a key leads to the index both times")
  func form() async throws {
    try await TestApp.with { app in
      _ = try await app.post("/todos/a", form: "newTodo=Milk")
      let first = try await app.post("/lists/a/delete", form: "", headers: key)
      let second = try await app.post("/lists/a/delete", form: "", headers: key)
      #expect(first.status == 303 && first["location"] == "/?undo=1")
      #expect(second.status == 303 && second["location"] == "/")
    }
  }

  @Test(
    "what is no key is a 400 with one line, and nothing changes",
    arguments: ["", "a b", "a,b", "\"a\"", "a/b", "ä", String(repeating: "a", count: 65)])
  func refused(text: String) async throws {
    try await TestApp.with { app in
      _ = try await app.post("/todos/a", json: #"{"newTodo":"Milk"}"#)
      let commands = [
        ("/todos/a", #"{"newTodo":"Tea"}"#), ("/todos/a/1/toggle", "{}"), ("/todos/a/toggle-all", "{}"),
        ("/todos/a/clear-completed", "{}"), ("/todos/a/1/edit", #"{"title":"Tea"}"#), ("/todos/a/1/delete", "{}"),
        ("/todos/a/1/move", #"{"after":null}"#), ("/undo/1", "{}"), ("/lists", #"{"newList":"B"}"#),
        ("/lists/a/rename", #"{"name":"B"}"#), ("/lists/a/delete", "{}"), ("/lists/a/import", #"{"text":"- Tea"}"#),
      ]
      for (path, json) in commands {
        let response = try await app.post(path, json: json, headers: ["Idempotency-Key": text])
        #expect(response.status == 400, "\(path)")
        #expect(response.text == "a command's key is 1 to 64 of A to Z, a to z, 0 to 9, _ and -\n")
      }
      #expect(try await app.store.lists().revision == 1)
    }
  }

  @Test("of 20 that come at the same time with one key, all are answered alike and one is carried out")
  func concurrent() async throws {
    try await TestApp.with { app in
      let places = try await withThrowingTaskGroup(of: String?.self) { group in
        for _ in 0..<20 {
          group.addTask { try await app.post("/todos/a", json: #"{"newTodo":"Milk"}"#, headers: key)["location"] }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(places == Array(repeating: "/lists/a#todo-1", count: 20))
      #expect(try await app.titles("a") == ["Milk"])
    }
  }
}
