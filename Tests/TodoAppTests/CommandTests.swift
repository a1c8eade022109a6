import Testing
import TodoTestSupport

@Suite("TodoApp: commands") struct CommandTests {
  @Test("a todo is added by signals with 201 and its place, by a form with 303 back to the page")
  func adding() async throws {
    try await TestApp.with { app in
      let byJSON = try await app.post("/todos/groceries", json: #"{"newTodo":" Tea ","other":[1]}"#)
      #expect(byJSON.status == 201 && byJSON.body.isEmpty)
      #expect(byJSON["location"] == "/lists/groceries#todo-1")
      let byForm = try await app.post("/todos/groceries", form: "newTodo=oat+milk%21")
      #expect(byForm.status == 303 && byForm["location"] == "/lists/groceries")
      let fromDatastar = try await app.post(
        "/todos/groceries", form: "newTodo=eggs", headers: ["Datastar-Request": "true"])
      #expect(fromDatastar.status == 201)
      #expect(try await app.titles("groceries") == ["Tea", "oat milk!", "eggs"])
    }
  }

  @Test("every other command on a list is answered 204 and does what it says")
  func allCommands() async throws {
    try await TestApp.with { app in
      for title in ["1", "2", "3"] { _ = try await app.post("/todos/a", json: #"{"newTodo":"\#(title)"}"#) }
      let steps: [(path: String, json: String, titles: [String])] = [
        ("/todos/a/1/toggle", "{}", ["x 1", "2", "3"]),
        ("/todos/a/1/toggle", #"{"completed":true}"#, ["x 1", "2", "3"]),
        ("/todos/a/2/edit", #"{"title":"two"}"#, ["x 1", "two", "3"]),
        ("/todos/a/3/move", #"{"after":null}"#, ["3", "x 1", "two"]),
        ("/todos/a/3/move", #"{"after":1}"#, ["x 1", "3", "two"]),
        ("/todos/a/3/move", #"{"place":1}"#, ["3", "x 1", "two"]),
        ("/todos/a/3/move", #"{"place":2}"#, ["x 1", "3", "two"]),
        ("/todos/a/clear-completed", "{}", ["3", "two"]),
        ("/undo/1", "{}", ["x 1", "3", "two"]),
        ("/todos/a/toggle-all", "{}", ["x 1", "x 3", "x two"]),
        ("/todos/a/toggle-all", #"{"completed":false}"#, ["1", "3", "two"]),
        ("/todos/a/1/delete", "{}", ["3", "two"]),
        ("/todos/a/3/edit", #"{"title":" \u200b\u2800"}"#, ["two"]),
        ("/lists/a/rename", #"{"name":"Renamed"}"#, ["two"]),
      ]
      for step in steps {
        let response = try await app.post(step.path, json: step.json)
        #expect(response.status == 204 && response.body.isEmpty, "\(step.path)")
        #expect(try await app.titles("a") == step.titles, "\(step.path)")
      }
      let json = try await app.get("/lists/a.json")
      #expect(json.text.hasPrefix(#"{"name":"a","title":"Renamed","revision":"#))
      #expect(try await app.post("/lists/a/delete").status == 204)
      #expect(try await app.titles("a").isEmpty)
    }
  }

  @Test("each new list has an address of its own, and one that is asked for again with its key the same")
  func makingLists() async throws {
    try await TestApp.with { app in
      for address in ["/lists/apfel-more", "/lists/apfel-more-2"] {
        let response = try await app.post("/lists", json: #"{"newList":"Äpfel & more"}"#)
        #expect(response.status == 201 && response["location"] == address)
      }
      for _ in 0..<2 {
        let response = try await app.post("/lists", json: #"{"newList":"🛒"}"#, headers: ["Idempotency-Key": "1"])
        #expect(response.status == 201 && response["location"] == "/lists/list-1")
      }
      let form = try await app.post("/lists", form: "newList=%E6%97%A5%E6%9C%AC")
      #expect(form.status == 303 && form["location"] == "/lists/list-2")
      #expect(try await app.get("/").text.contains("Äpfel &amp; more"))
    }
  }

  @Test("a list is read as JSON and as Markdown, in its order")
  func exports() async throws {
    try await TestApp.with { app in
      _ = try await app.post("/todos/to-do", json: #"{"newTodo":"a \"b\""}"#)
      _ = try await app.post("/todos/to-do", json: #"{"newTodo":"c"}"#)
      _ = try await app.post("/todos/to-do/2/toggle")
      #expect(
        try await app.get("/lists/to-do.json").text == #"""
          {"name":"to-do","title":"To do","revision":3,"todos":[{"id":1,"title":"a \"b\"","completed":false},{"id":2,"title":"c","completed":true}]}

          """#)
      #expect(try await app.get("/lists/to-do.md").text == "# To do\n\n- [ ] a \"b\"\n- [x] c\n")
    }
  }
}

@Suite("TodoApp: refusing") struct RefusalTests {
  @Test(
    "what a client sends wrong is a 4xx with one line, and nothing changes",
    arguments: [
      ("/todos/a", "application/json", "{", 400), ("/todos/a", "application/json", "[]", 400),
      ("/todos/a", "application/json", #"{"newTodo":7}"#, 422), ("/todos/a", "application/json", "{}", 422),
      ("/todos/a", "application/json", #"{"newTodo":" \n "}"#, 422),
      ("/todos/a", "application/json", #"{"newTodo":"a\u0000b"}"#, 422),
      ("/todos/a", "application/json", #"{"newTodo":"a\u001bb"}"#, 422),
      ("/todos/a", "application/json", #"{"newTodo":"\#(String(repeating: "x", count: 501))"}"#, 422),
      ("/todos/a", "application/x-www-form-urlencoded", "newTodo=%ff", 400),
      ("/todos/a", "application/x-www-form-urlencoded", "newTodo=%zz", 400),
      ("/todos/a", "application/x-www-form-urlencoded", "other=1", 422),
      ("/todos/a", "text/plain", "newTodo=x", 415), ("/todos/a", "multipart/form-data", "x", 415),
      ("/todos/A", "application/json", #"{"newTodo":"x"}"#, 404),
      ("/todos/a%2f", "application/json", #"{"newTodo":"x"}"#, 404),
      ("/todos/a/99/toggle", "application/json", "{}", 404), ("/todos/a/x/toggle", "application/json", "{}", 404),
      ("/todos/a/99999999999999999999/delete", "application/json", "{}", 404),
      ("/todos/nowhere/clear-completed", "application/json", "{}", 404),
      ("/todos/a/1/toggle", "application/json", #"{"completed":"yes"}"#, 422),
      ("/todos/a/1/move", "application/json", "{}", 422),
      ("/todos/a/1/move", "application/json", #"{"after":99}"#, 404),
      ("/todos/a/1/move", "application/json", #"{"place":0}"#, 422),
      ("/todos/a/1/move", "application/json", #"{"place":null}"#, 422),
      ("/todos/a/1/move", "application/x-www-form-urlencoded", "place=1.5", 422),
      ("/todos/a/1/move", "application/x-www-form-urlencoded", "place=99999999999999999999", 422),
      ("/todos/a/1/move", "application/json", #"{"after":1.5}"#, 422), ("/undo/77", "application/json", "{}", 404),
      ("/undo/x", "application/json", "{}", 404), ("/lists", "application/json", #"{"newList":"\u200b"}"#, 422),
      ("/lists/a/rename", "application/json", #"{"name":""}"#, 422),
      ("/lists/nowhere/delete", "application/json", "{}", 404),
      ("/todos/a", "application/json", String(repeating: " ", count: 70_000), 413),
      ("/", "application/json", "{}", 405),
      ("/nothing", "application/json", "{}", 404),
    ] as [(String, String, String, Int)])
  func refused(path: String, type: String, body: String, status: Int) async throws {
    try await TestApp.with { app in
      _ = try await app.post("/todos/a", json: #"{"newTodo":"Milk"}"#)
      let response = try await app.post(path, body: body, type: type)
      #expect(response.status == status)
      #expect(response["content-type"] == "text/plain; charset=utf-8")
      #expect(response.text.split(separator: "\n", omittingEmptySubsequences: false).count == 2)
      let list = try await app.store.list(.init("a"))
      #expect(list.revision == 1 && list.todos.map(\.title) == ["Milk"])
    }
  }

  @Test("Datastar is shown a refusal in the page's notice, and the page told that it was one")
  func shown() async throws {
    try await TestApp.with { app in
      let response = try await app.post(
        "/todos/a", json: #"{"newTodo":"a\u0007<b>"}"#, headers: ["Datastar-Request": "true"])
      #expect(response.status == 200 && response["content-type"] == "text/event-stream")
      #expect(response.text.contains("the title holds the control character U+0007"))
      #expect(response.text.contains(#"id="notice" role="alert""#))
      #expect(response.text.contains(#"data: signals {"_refused":true}"#))
    }
  }

  @Test(
    "a command from another site's page is 403",
    arguments: [
      (["Sec-Fetch-Site": "cross-site"], 403), (["Sec-Fetch-Site": "same-site"], 403),
      (["Sec-Fetch-Site": "same-origin"], 201), (["Sec-Fetch-Site": "none"], 201), ([:], 201),
      (["Origin": "https://evil.example"], 403), (["Origin": "null"], 403), (["Origin": "http://127.0.0.1"], 201),
    ] as [([String: String], Int)])
  func crossSite(headers: [String: String], status: Int) async throws {
    try await TestApp.with { app in
      let response = try await app.post("/todos/a", json: #"{"newTodo":"x"}"#, headers: headers)
      #expect(response.status == status)
      #expect(try await app.titles("a").count == (status == 201 ? 1 : 0))
    }
  }

  @Test("GET changes nothing, whatever it asks for")
  func safe() async throws {
    try await TestApp.with { app in
      for path in ["/todos/a", "/todos/a/1/delete", "/lists/a/delete"] {
        let response = try await app.get(path)
        #expect(response.status == 405)
      }
      #expect(try await app.get("/lists/unknown").status == 200)
      #expect(try await app.store.lists().lists.isEmpty)
    }
  }
}
