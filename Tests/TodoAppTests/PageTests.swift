import Testing
import TodoTestSupport
import TodoStorage

@Suite("TodoApp: pages") struct PageTests {
  @Test("a page has TodoMVC's elements and the todos in it")
  func markup() async throws {
    try await TestApp.with { app in
      _ = try await app.post("/todos/a", form: "newTodo=milk")
      _ = try await app.post("/todos/a", form: "newTodo=tea")
      _ = try await app.post("/todos/a/2/toggle")
      let page = try await app.get("/lists/a").text
      for part in [
        #"class="new-todo""#, #"class="main""#, #"class="toggle-all""#, #"<ul class="todo-list""#, #"<li id="todo-1""#,
        #"<li id="todo-2" class="completed""#, #"class="toggle""#, #"class="destroy""#, #"class="edit""#,
        #"class="footer""#, "<strong>1</strong> item left", #"class="filters""#, #"class="selected""#,
        #"class="clear-completed""#,
      ] {
        #expect(page.contains(part), "\(part)")
      }
    }
  }

  @Test("the count has the right plural", arguments: [(0, "items"), (1, "item"), (2, "items")])
  func plural(open: Int, word: String) async throws {
    try await TestApp.with { app in
      for number in 0...open { _ = try await app.post("/todos/a", form: "newTodo=\(number)") }
      _ = try await app.post("/todos/a/1/toggle")
      #expect(try await app.get("/lists/a").text.contains("<strong>\(open)</strong> \(word) left"))
    }
  }

  @Test("main is hidden while there is nothing in it")
  func empty() async throws {
    try await TestApp.with { app in
      let page = try await app.get("/lists/a").text
      #expect(page.contains(#"aria-label="Todos" hidden>"#))
      #expect(page.contains(#"<p class="empty unstored" id="empty">"#))
    }
  }

  @Test(
    "the filter of the address is on the page", arguments: ["active", "completed", "all"])
  func filters(filter: String) async throws {
    try await TestApp.with { app in
      let page = try await app.get("/lists/a?filter=\(filter)").text
      #expect(page.contains("todoapp filter-\(filter)"))
      #expect(try await app.get("/lists/a?filter=other").text.contains("todoapp filter-all"))
    }
  }

  @Test("a page shows every change at once, also one that another process has made, and of each filter its own")
  func current() async throws {
    try await TestApp.with { app in
      let other = try SQLiteStore(path: app.database)
      for number in 1...20 {
        let title = "todo number \(number)"
        if number.isMultiple(of: 2) {
          _ = try await app.post("/todos/a", form: "newTodo=\(title.replacing(" ", with: "+"))")
        } else {
          _ = try await other.add(Title(title), to: ListName("a"))
        }
        for filter in ["all", "active"] {
          let page = try await app.get("/lists/a?filter=\(filter)")
          #expect(page.text.contains(">\(title)</label>") && page.text.contains("todoapp filter-\(filter)"))
          let packed = try await app.get("/lists/a?filter=\(filter)", headers: ["Accept-Encoding": "gzip"])
          #expect(packed["content-encoding"] == "gzip" && packed["vary"] == "Accept-Encoding")
          #expect(try Inflater().inflate(packed.body) == page.body)
        }
      }
      _ = try await other.deleteList(ListName("a"))
      #expect(try await app.get("/lists/a").text.contains("This list has been deleted."))
      try other.close()
    }
  }

  @Test("the form of an edit says where the todo stands, and is as long in a long list as in a short one")
  func editForm() async throws {
    try await TestApp.with { app in
      let lines = (1...200).map { "- [ ] \($0) \(String(repeating: "x", count: 400))\n" }.joined()
      _ = try await app.post("/lists/a/import", body: lines, type: "text/markdown")
      let page = try await app.get("/lists/a").text
      let edit = try await app.get("/lists/a?edit=7").text
      #expect(edit.contains(#"<input name="place" type="number" min="1" max="200" value="7" required>"#))
      #expect(edit.utf8.count - page.utf8.count < 1_500)
    }
  }

  @Test("an edit and an undo can be had without script")
  func withoutScript() async throws {
    try await TestApp.with { app in
      _ = try await app.post("/todos/a", form: "newTodo=%22milk%22")
      #expect(try await app.get("/lists/a?edit=1").text.contains(#"name="title" value="&quot;milk&quot;""#))
      let deleted = try await app.post("/todos/a/1/delete", form: "")
      #expect(deleted.status == 303 && deleted["location"] == "/lists/a?undo=1")
      for page in ["/lists/a?undo=1", "/?undo=1"] {
        #expect(try await app.get(page).text.contains(#"action="/undo/1""#))
      }
      #expect(try await app.post("/undo/1", form: "").status == 303)
      // What has been taken is not offered again, nor what never was.
      for page in ["/lists/a?undo=1", "/?undo=1", "/?undo=2", "/?undo=x"] {
        #expect(try await !app.get(page).text.contains("class=\"offer\""))
      }
    }
  }

  @Test(
    "upper case and a slash at the end lead to the list's address, with the query",
    arguments: [
      ("/lists/Groceries", "/lists/groceries"), ("/lists/groceries/", "/lists/groceries"),
      ("/lists/GROCERIES/?filter=active", "/lists/groceries?filter=active"),
      ("/lists/%47roceries?", "/lists/groceries?"),
      ("/lists/Groceries.json", "/lists/groceries.json"), ("/lists/groceries.md/?x=%20", "/lists/groceries.md?x=%20"),
      ("/subscribe/Groceries?after=7", "/subscribe/groceries?after=7"),
      ("/subscribe/groceries/", "/subscribe/groceries"),
    ])
  func otherSpellings(path: String, location: String) async throws {
    try await RunningApp.with(loops: 1) { app in
      for method in ["GET", "HEAD"] {
        let response = try await ClientConnection.fetch(method, path, from: app.address)
        #expect(response.status == 301 && response["location"] == location)
      }
    }
  }

  @Test(
    "what is a list's name in no case is 404, and so is a file of a list that is not there",
    arguments: [
      "/lists/a%20b", "/lists/A_b/", "/lists/%C3%84", "/lists//", "/lists/a/b",
      "/lists/\(String(repeating: "A", count: 65))",
      "/subscribe/a_b", "/lists/nowhere.json", "/lists/nowhere.md", "/lists/a.JSON",
    ])
  func noList(path: String) async throws {
    try await TestApp.with { app in
      let response = try await app.get(path)
      #expect(response.status == 404 && response.text.split(separator: "\n").count == 1)
      #expect(try await app.store.lists().lists.isEmpty)
    }
  }

  @Test("a deleted list has no files to be exported, and an empty one has")
  func exportsOfEmptyLists() async throws {
    try await TestApp.with { app in
      _ = try await app.post("/lists", form: "newList=A")
      #expect(try await app.get("/lists/a.md").text == "# A\n\n")
      _ = try await app.post("/lists/a/delete")
      #expect(try await app.get("/lists/a.md").text == "there is no list a\n")
    }
  }

  @Test("every answer says what a page of it may do")
  func headers() async throws {
    try await TestApp.with { app in
      for path in ["/", "/lists/a", "/nothing", "/public/app.css"] {
        let response = try await app.get(path)
        #expect(response["content-security-policy"]?.contains("frame-ancestors 'none'") == true)
        #expect(response["x-content-type-options"] == "nosniff")
      }
    }
  }

  @Test("files are served with validators and compression, and none from outside the folder")
  func files() async throws {
    try await TestApp.with { app in
      let plain = try await app.get("/public/app.css")
      #expect(plain["content-type"] == "text/css; charset=utf-8" && plain["content-encoding"] == nil)
      let etag = try #require(plain["etag"])
      #expect(try await app.get("/public/app.css", headers: ["If-None-Match": etag]).status == 304)
      let packed = try await app.get("/public/app.css", headers: ["Accept-Encoding": "br, gzip"])
      #expect(packed["content-encoding"] == "gzip" && packed.body.count < plain.body.count)
      for path in [
        "/public/../Package.swift", "/public/%2e%2e/Package.swift", "/public/..%2fPackage.swift", "/public/",
        "/public/no",
      ] {
        #expect(try await app.get(path).status == 404, "\(path)")
      }
    }
  }

  @Test("the server says that it is well")
  func health() async throws {
    try await TestApp.with { app in
      let response = try await app.get("/healthz")
      #expect(response.text == "ok\n")
    }
  }
}
